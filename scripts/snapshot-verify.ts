/** `node --import tsx scripts/snapshot-verify.ts [tasks.jsonl] --db STORE`: checks every snapshot of a store or a file; `troupe snapshot verify` as a script, without a server. */

process.argv.splice(2, 0, 'snapshot', 'verify');
await import('../src/cli/main.ts');
