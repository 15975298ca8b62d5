/** `troupe doctor`: what is wrong with a store, with NATS and with the settings, and what to do. It changes nothing. */

import type { Command } from 'commander';
import type { Ailment, Diagnosis } from '../recovery/doctor.ts';
import type { Config } from './config.ts';
import { type Colors, colorsFor, plain, print, printJson } from './output.ts';
import { addSettingFlags, readSettings, type ServerFlags } from './server-options.ts';
import { DEV_STORE } from './store-option.ts';

type DoctorFlags = ServerFlags & { readonly json?: true; readonly deep?: true };

/** A part of what was looked at. */
interface Part extends Diagnosis {
  readonly name: string;
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('what is wrong, and what to do')
    .description(
      'Looks at the settings, the store and NATS, and says what is wrong and what to do. It changes nothing, and ' +
        'the store may be in use, damaged, or of another version: run it with the new version before an upgrade.',
    );
  addSettingFlags(command)
    .option('--deep', 'verify every task of the store, however long that takes')
    .option('--json', 'print {"healthy":…,"parts":[{"name":…,"facts":[…],"ailments":[…]}]}')
    .addHelpText('after', '\nTakes the settings of "troupe serve". Exits 1 if something is wrong.')
    .action(runDoctor);
}

async function runDoctor(flags: DoctorFlags): Promise<void> {
  // Not above: the other commands start sooner without them.
  const [{ config, problems }, { examineStore }, { examineNats }] = await Promise.all([
    readSettings(flags, { db: DEV_STORE, webhookAllow: [] }),
    import('../recovery/doctor.ts'),
    import('../recovery/doctor-nats.ts'),
  ]);
  const store = examineStore(config.db.value, Date.now(), flags.deep ? 'all' : 'bounded');
  // Nothing was asked of the store then, and nothing is to stand beside its name.
  const isUnasked = store.ailments.some(({ code }) => code === 'BINDING_UNUSABLE');
  const parts: Part[] = [
    ...(isUnasked ? [{ name: 'SQLite', ...store }] : []),
    { name: 'settings', ...settingsDiagnosis(problems) },
    ...(isUnasked ? [] : [{ name: `store ${config.db.value}`, ...store }]),
    await natsPart(config, examineNats),
  ];
  const healthy = parts.every(({ ailments }) => ailments.length === 0);
  if (!healthy) process.exitCode = 1;
  if (flags.json) return printJson({ healthy, parts });
  const colors = colorsFor(process.stdout);
  for (const part of parts) print(partText(part, colors));
}

function settingsDiagnosis(problems: readonly string[]): Diagnosis {
  const advice = 'correct it; "troupe serve --print-config" shows what is in force';
  return { facts: [], ailments: problems.map((problem) => ({ code: 'INVALID_SETTING', problem, advice })) };
}

async function natsPart(
  { natsUrl, natsCreds }: Config,
  examine: (url: string, creds: string | null) => Promise<Diagnosis>,
): Promise<Part> {
  if (natsUrl.value === null)
    return { name: 'NATS', facts: ['not used: no --nats-url and no NATS_URL'], ailments: [] };
  return { name: 'NATS', ...(await examine(natsUrl.value, natsCreds.value)) };
}

function partText({ name, facts, ailments }: Part, colors: Colors): string {
  const { green, red, bold } = colors;
  const verdict =
    ailments.length === 0
      ? green('ok')
      : red(`${ailments.length} ${ailments.length === 1 ? 'problem' : 'problems'}`);
  const summary = facts.length === 0 ? '' : ` (${facts.map(plain).join(', ')})`;
  return [
    `${bold(plain(name))}: ${verdict}${summary}`,
    ...ailments.map((each) => ailmentText(each, colors)),
  ].join('\n');
}

function ailmentText({ code, problem, advice }: Ailment, { red, dim }: Colors): string {
  return `  ${red(code)}: ${plain(problem)}\n    ${dim('→')} ${plain(advice)}`;
}
