/** Checks that SQLite itself works before a command opens a store: otherwise its errors would mislead. */

/** Refuses with BINDING_UNUSABLE. */
export async function requireSqlite(): Promise<void> {
  // Not above: the other commands start sooner without it.
  const { requireBinding } = await import('../store/binding.ts');
  requireBinding();
}
