import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest, in this order: begun last, one of them would keep all others waiting. */
const FIRST = [
  'recovery/long-run',
  'cli/server-nats',
  'jobs/link-faults',
  'cli/stopping',
  'recovery/crash-matrix',
  'cli/run',
  'faults/disk',
  'readme/commands',
  'store/binding',
  'machines/graph',
  'recovery/drill',
  'examples/order-fulfilment',
  'publication/publisher',
  'readme/compensation',
  'page/tabs',
  'examples/trip',
  // Vitest begins with the largest files, and these are small.
  'faults/power-loss',
  'worker/functions',
  'examples/checkout-process',
  'page/task/long-journal',
  'worker/host/deaths',
  'cli/killers',
  'page/accessibility',
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
  // The examples import Troupe by its name, as its users do; in tests they get the sources.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    // Against what never ends, not against what is slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    setupFiles: ['test/patience.ts'],
    pool: 'forks',
    // Modules hold no state of their own, so that each worker loads them once, not once a file: a minute less.
    isolate: false,
    // Two more than there are cores at least: the long run waits nearly all of its time, and many others most of it.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
  },
});
