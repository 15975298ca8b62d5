/** `node --import tsx scripts/snapshot-restore.ts tasks.jsonl --db STORE`: puts tasks into a store; `troupe snapshot restore` as a script, without a server. */

process.argv.splice(2, 0, 'snapshot', 'restore');
await import('../src/cli/main.ts');
