/** npm runs this after an install, and when npx is first used in this folder, where everything is built by then. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isForNpx = process.env['npm_command'] === 'exec' && existsSync('dist/src/cli/main.js');
if (!isForNpx)
  execFileSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
