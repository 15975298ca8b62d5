/** Handlers a worker on NATS runs. */

import { work } from '../../work.ts';

export const handlers = { RemoteWork: work };
