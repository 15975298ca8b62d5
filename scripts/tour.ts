/**
 * `npm run tour [-- NAME…]`: lives what the READMEs tell, the order of the five minutes and the examples with a server to
 * kill, each on a server of its own, and writes what it saw between the markers of each README.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fulfilmentLines, order, refundDesk, trip } from './tour/scenes.ts';
import { Stage, type Story } from './tour/stage.ts';
import { writeBetween } from './tour/write.ts';

const STORIES: Readonly<Record<string, Story>> = {
  order,
  'refund-desk': refundDesk,
  trip,
  'fulfilment-lines': fulfilmentLines,
};

const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(STORIES) : asked) {
  const story = STORIES[name];
  if (story === undefined) throw new Error(`there is no story ${name}: ${Object.keys(STORIES).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'troupe-tour-'));
  const stage = new Stage(folder, story.serve);
  try {
    await story.tell(stage);
    writeBetween(story.readme, stage.scenes);
  } finally {
    await stage.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
