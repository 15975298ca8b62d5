/**
 * `node --import tsx test/harness/long-run.ts --minutes 60 --seed 7`: a server under mixed load with faults at random, and
 * whether its memory, its file handles and its store stay as they are, every task ends and every webhook arrives.
 * Prints the report as JSON; exits 1 if something does not hold.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LongRun } from './long-run/run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '20' },
    'fault-every': { type: 'string', default: '20' },
    retention: { type: 'string', default: '60s' },
  },
});

const numbers = {
  seconds: Number(values.minutes) * 60,
  seed: Number(values.seed),
  rate: Number(values.rate),
  faultEverySeconds: Number(values['fault-every']),
};
if (!Object.values(numbers).every((value) => value > 0)) {
  console.error(
    '--minutes, --seed, --rate (submissions a second) and --fault-every (seconds) are numbers above 0',
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-long-run-'));
const say = (line: string): void => console.error(line);
say(`seed ${numbers.seed}, ${values.minutes} minutes, in ${folder}`);
const report = await new LongRun({ ...numbers, retention: values.retention, folder, say }).run();
console.log(JSON.stringify(report, null, 2));
if (report.problems.length === 0) {
  rmSync(folder, { recursive: true });
} else {
  for (const problem of report.problems.slice(0, 50)) say(problem);
  say(
    `${report.problems.length} problems; seed ${report.seed}; the store and the logs are kept in ${folder}`,
  );
  process.exitCode = 1;
}
