/** What a command that opens a store asks first: without SQLite itself, whatever else it said would mislead. */

/** Refuses with BINDING_UNUSABLE. */
export async function requireSqlite(): Promise<void> {
  // Not above: the other commands start sooner without it.
  const { requireBinding } = await import('../store/binding.ts');
  requireBinding();
}
