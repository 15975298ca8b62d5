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
