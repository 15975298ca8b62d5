/** Handlers the server runs itself. */

import { work } from '../../work.ts';

export const handlers = { Work: work };
