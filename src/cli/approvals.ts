/** `troupe approvals`: what waits for the decision of a person, over HTTP. */

import { type Command, InvalidArgumentError } from 'commander';
import {
  type ApprovalPage,
  addServerOptions,
  Client,
  type ListedApproval,
  type ServerOptions,
} from './client.ts';
import { type Colors, colorsFor, fromNow, plain, print, printJson, say } from './output.ts';
import { table, widthOf } from './table.ts';

interface ApprovalsOptions extends ServerOptions {
  readonly who?: string;
  readonly tenant?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: true;
}

const LISTED = 20;
const MOST_LISTED = 10_000;
/** The server gives no more at once. */
const MOST_A_PAGE = 200;

export function addApprovals(program: Command): void {
  const command = program
    .command('approvals')
    .summary('what waits for the decision of a person')
    .description(
      'Steps that wait for a person, the oldest task of a tenant first. Answer one by its link, or with ' +
        '"troupe tasks complete ID STEP" or "troupe tasks reject ID STEP --reason …".',
    )
    .option('--who <name>', 'only those that this API key may answer')
    .option('--tenant <id>', 'only those of this tenant')
    .option('--limit <n>', `at most this many; ${LISTED} unless given`, limitArgument, LISTED)
    .option('--cursor <cursor>', 'go on after an earlier page')
    .option('--json', 'print {"approvals":[…],"nextCursor":…}');
  addServerOptions(command).action(list);
}

async function list(options: ApprovalsOptions): Promise<void> {
  const { approvals, nextCursor } = await collect(new Client(options), options);
  if (options.json) return printJson({ approvals, nextCursor });
  if (approvals.length === 0) say('Nothing waits for a person.');
  else print(approvalTable(approvals, Date.now(), colorsFor(process.stdout), widthOf(process.stdout)));
  if (nextCursor !== null) say(`There are more: --cursor ${nextCursor}`);
}

/** A page may hold few of those asked for, and not be the last. */
async function collect(client: Client, options: ApprovalsOptions): Promise<ApprovalPage> {
  const { who, tenant: tenantId, limit } = options;
  const approvals: ListedApproval[] = [];
  let cursor = options.cursor ?? null;
  do {
    const left = Math.min(limit - approvals.length, MOST_A_PAGE);
    const query = new URLSearchParams({ limit: String(left) });
    for (const [key, value] of Object.entries({ who, tenantId, cursor: cursor ?? undefined }))
      if (value !== undefined) query.set(key, value);
    const page = await client.approvals(query);
    approvals.push(...page.approvals);
    cursor = page.nextCursor;
  } while (cursor !== null && approvals.length < limit);
  return { approvals, nextCursor: cursor };
}

export function approvalTable(
  approvals: readonly ListedApproval[],
  nowMs: number,
  colors: Colors,
  width: number,
): string {
  const rows = approvals.map((approval) => [
    fromNow(approval.since, nowMs),
    approval.until === null ? '' : fromNow(approval.until, nowMs),
    approval.taskId,
    plain(approval.step),
    plain(approval.prompt),
    linkOf(approval),
  ]);
  return table(['AGE', 'UNTIL', 'TASK ID', 'STEP', 'PROMPT', 'LINK'], rows, colors, width);
}

function linkOf({ link, who }: ListedApproval): string {
  if (link !== undefined) return plain(link);
  return who === null ? 'none: it needs an --output' : `none: for ${who.map(plain).join(', ')}`;
}

function limitArgument(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST_LISTED) return limit;
  throw new InvalidArgumentError(`It is not a whole number from 1 to ${MOST_LISTED}.`);
}
