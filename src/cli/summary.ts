/** `troupe summary`: what the record of a runbook amounts to, computed from its rows and its graph. */

import { basename } from 'node:path';
import type { Command } from 'commander';
import { type OrderSummary, type Summary, summarize } from '../records/summary.ts';
import { type Colors, colorsFor, plain, print, printJson, say } from './output.ts';
import { openRecords, readFlow } from './record-file.ts';
import { table } from './table.ts';

export function addSummary(program: Command): void {
  program
    .command('summary')
    .argument('<file>', 'a runbook: Markdown with session-toon blocks')
    .description(
      'How many orders came through, what failed, how long they took, and what parallel steps saved.',
    )
    .option('--json', 'print the numbers as JSON')
    .addHelpText(
      'after',
      '\nA row of a first step is an order; later rows are its own when their input is a value of its earlier rows.' +
        '\nThe critical path is the time an order takes when every step starts as soon as its dependencies allow.' +
        '\nExits 1 when a block of the file is broken: the others are counted all the same.',
    )
    .action(showSummary);
}

function showSummary(path: string, options: { readonly json?: true }): void {
  const { text, blocks, faults } = openRecords(path);
  const { draft } = readFlow(path, text);
  const summary = summarize(
    { ...draft, name: draft.name.trim() || basename(path) },
    blocks.flatMap(({ executions }) => executions),
  );
  if (summary.executions === 0) say(`no run recorded: troupe run ${plain(path)} --record`);
  if (options.json) printJson({ ...summary, faults });
  else if (summary.executions > 0) print(asText(summary, colorsFor(process.stdout)));
}

function asText(summary: Summary, colors: Colors): string {
  const { orders, mean, unattributedLines: lines } = summary;
  const rate = orders.successRate === null ? '' : ` (${percent(orders.successRate)})`;
  const facts = [
    ['Rows', String(summary.executions)],
    ['Orders', String(orders.received)],
    ['Complete', `${orders.complete}${rate}`],
    ['Failed', `${orders.failed}${orders.failed === 0 ? '' : `, ${orders.handledFailures} of them handled`}`],
    ...(orders.unfinished === 0 ? [] : [['Unfinished', String(orders.unfinished)]]),
    ...failuresByStep(summary.perOrder),
  ];
  const times =
    mean === null
      ? []
      : [
          ['Sum of its steps', ms(mean.totalMs)],
          ['Critical path', ms(mean.criticalPathMs)],
          ['Saved by parallel steps', ms(mean.savedMs)],
        ];
  const left = lines.slice(0, 20).join(', ') + (lines.length > 20 ? ', …' : '');
  return [
    colors.bold(plain(summary.workflow)),
    table(['RECORD', ''], facts, colors),
    ...(times.length === 0 ? [] : [table(['MEAN TIME OF A COMPLETE ORDER', ''], times, colors)]),
    stepTable(summary, colors),
    ...(lines.length === 0 ? [] : [`Rows that tell of no order: ${lines.length} (line ${left}).`]),
  ].join('\n\n');
}

function failuresByStep(orders: readonly OrderSummary[]): string[][] {
  const byStep = new Map<string, string[]>();
  for (const { name, failedSteps } of orders) {
    for (const step of failedSteps) byStep.set(step, [...(byStep.get(step) ?? []), name]);
  }
  return [...byStep].map(([step, names]) => {
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
    return [`  in ${plain(step)}`, `${names.length} (${plain(shown)})`];
  });
}

function stepTable({ steps }: Summary, colors: Colors): string {
  const rows = steps.map(({ name, executions, succeeded, failed, meanMs, longestMs }) => [
    plain(name),
    String(executions),
    String(succeeded),
    String(failed),
    meanMs === null ? '–' : ms(meanMs),
    longestMs === null ? '–' : ms(longestMs),
  ]);
  return table(['STEP', 'ROWS', 'SUCCESS', 'FAILED', 'MEAN', 'LONGEST'], rows, colors);
}

const ms = (value: number): string => `${Math.round(value)} ms`;

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
