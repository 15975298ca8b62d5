/** Where this copy of Troupe lies: run from its sources or from `dist`, the examples are beside the code. */
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
