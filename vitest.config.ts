import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By far the longest, in this order: begun last, one of them would keep all others waiting. */
const FIRST = [
  'recovery/long-run',
  'cli/tasks',
  'recovery/crash-matrix',
  'cli/server-nats',
  'machines/graph',
  'faults/disk',
  'page/page',
  'cli/run',
  'page/accessibility',
  'recovery/drill',
  'jobs/link-faults',
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = FIRST.findIndex((ending) => moduleId.endsWith(ending));
      return at < 0 ? FIRST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // Modules hold no state of their own, so that each worker loads them once, not once a file: a minute less.
    isolate: false,
    // Two more than there are cores at least: the long run waits nearly all of its time, and many others most of it.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
  },
});
