#!/usr/bin/env node
/** The `troupe` command. */

import { runCommand } from './program.ts';
import { keepHeapSmall } from './small-heap.ts';

// `troupe tasks list | head`: whoever reads has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

keepHeapSmall();
await runCommand(process.argv);
// A command that failed is over, though what a handler file has opened would keep the process.
if (process.exitCode) setTimeout(() => process.exit(), 2_000).unref();
