/** `node --import tsx scripts/snapshot-export.ts --all --db STORE > tasks.jsonl`: prints tasks of a store as JSON lines; `troupe snapshot export` as a script, without a server. */

process.argv.splice(2, 0, 'snapshot', 'export');
await import('../src/cli/main.ts');
