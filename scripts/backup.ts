/** `node --import tsx scripts/backup.ts FILE --db STORE`: copies a store, running or not, into FILE, and checks the copy; `troupe backup` as a script, without a server. */

process.argv.splice(2, 0, 'backup');
await import('../src/cli/main.ts');
