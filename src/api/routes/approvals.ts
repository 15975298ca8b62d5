/** Approvals: the list of what waits for people, and the links that answer without a key. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Refusal } from '../../errors.ts';
import type { Approval } from '../../views/approvals.ts';
import { STATUS_OF_KIND } from '../../views/problem.ts';
import { linkTo } from '../../views/public-url.ts';
import { nameField } from '../../workflow/fields.ts';
import { jsonOfText } from '../../workflow/json-body.ts';
import { parseWith, strict } from '../../workflow/parse.ts';
import { reasonField, tenantIdField } from '../../workflow/task-request.ts';
import { approvalPage, messagePage } from '../approval-page.ts';
import { scopeFor } from '../auth.ts';
import type { Api, ApiEnv, ApiParts } from '../context.ts';
import { wholeNumber } from '../params.ts';
import { problems } from '../problem.ts';

const time = z.iso.datetime();

const approvalSchema = z
  .object({
    taskId: z.string(),
    taskName: z.string(),
    tenantId: z.string(),
    step: z.string(),
    prompt: z.string().meta({ description: 'The question' }),
    who: z
      .array(z.string())
      .readonly()
      .nullable()
      .meta({ description: 'API keys that may answer; null: anybody' }),
    since: time,
    until: time.nullable(),
    link: z
      .string()
      .optional()
      .meta({ description: 'Answers without a key; whoever has it can. Only where anybody may answer' }),
  })
  .meta({ id: 'Approval' });

const listRoute = createRoute({
  method: 'get',
  path: '/approvals',
  tags: ['Approvals'],
  operationId: 'listApprovals',
  summary: 'What waits for the decision of a person',
  description:
    'The oldest task of a tenant first. A page may hold fewer than `limit` and still not be the last.',
  request: {
    query: strict({
      tenantId: tenantIdField.optional(),
      who: nameField.optional().meta({ description: 'Only those that this API key may answer' }),
      limit: wholeNumber(1, 200).default(20),
      cursor: z.string().optional().meta({ description: '`nextCursor` of the page before' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of them',
      content: {
        'application/json': {
          schema: z.object({
            approvals: z.array(approvalSchema),
            nextCursor: z.string().nullable(),
            count: z.int().meta({ description: 'How many wait, on this page or not, whatever `who` says' }),
            atLeast: z.boolean().meta({ description: 'There are more: they were not counted to the end' }),
          }),
        },
      },
    },
    ...problems(401, 422),
  },
});

const params = z.object({ token: z.string().meta({ description: 'As it stands in the link' }) });

const readRoute = createRoute({
  method: 'get',
  path: '/approvals/{token}',
  tags: ['Approvals'],
  operationId: 'showApproval',
  summary: 'The page of a link: it asks, and does nothing',
  description: 'A program that opens every link of a mail answers nothing by that. It needs no key.',
  request: { params },
  responses: {
    200: {
      description: 'The question',
      content: { 'text/html': { schema: z.string() }, 'application/json': { schema: approvalSchema } },
    },
    ...problems(404, 409, 410),
  },
});

const answerSchema = strict({
  decision: z.enum(['approve', 'reject'], 'must be "approve" or "reject"'),
  reason: reasonField.nullable().default(null),
}).meta({ id: 'ApprovalAnswer' });

const answerRoute = createRoute({
  method: 'post',
  path: '/approvals/{token}',
  tags: ['Approvals'],
  operationId: 'answerApproval',
  summary: 'Answer by a link',
  description: 'Once: then the link is over. The body is JSON, or the form of the page. It needs no key.',
  request: {
    params,
    body: {
      required: true,
      content: {
        'application/json': { schema: answerSchema },
        'application/x-www-form-urlencoded': { schema: answerSchema },
      },
    },
  },
  responses: {
    200: {
      description: 'It is answered',
      content: {
        'text/html': { schema: z.string() },
        'application/json': { schema: z.object({ decision: z.enum(['approve', 'reject']) }) },
      },
    },
    ...problems(400, 404, 409, 410, 413, 422, 503),
  },
});

/** A link is worth as much as a key: nobody is to keep it, index it or learn it from a click. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
} as const;

export function approvalRoutes(app: Api, { troupe, publicUrl }: ApiParts): void {
  app.openapi(listRoute, (c) => {
    const { tenantId, ...query } = c.req.valid('query');
    const scope = scopeFor(c.get('caller'), tenantId);
    if (scope === 'nothing')
      return c.json({ approvals: [], nextCursor: null, count: 0, atLeast: false }, 200);
    const { approvals, ...rest } = troupe.listApprovals({ ...query, ...scope });
    const base = publicUrl() ?? new URL(c.req.url).origin;
    const shown = approvals.map((approval) => ({ ...shownOf(approval), ...linkOf(base, approval) }));
    c.header('Cache-Control', 'no-store');
    return c.json({ approvals: shown, ...rest }, 200);
  });

  app.openapi(readRoute, (c) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    return asked(c, () => {
      const approval = troupe.approval(c.req.valid('param').token);
      return wantsPage(c) ? c.html(approvalPage(approval), 200) : c.json(shownOf(approval), 200);
    });
  });

  // Read by hand: the same fields come as JSON or as a form.
  app.openAPIRegistry.registerPath(answerRoute);
  app.post(answerRoute.getRoutingPath(), async (c) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    return asked(c, async () => {
      const { decision, reason } = await readAnswer(c);
      await troupe.answerApproval(c.req.param('token'), decision, reason);
      if (!wantsPage(c)) return c.json({ decision }, 200);
      return c.html(
        messagePage(decision === 'approve' ? 'Approved.' : 'Rejected.', 'You can close this page.'),
        200,
      );
    });
  });
}

const shownOf = ({ token: _token, ...approval }: Approval) => approval;

const linkOf = (base: string, { token }: Approval): { link?: string } =>
  token === null ? {} : { link: linkTo(base, token) };

const wantsPage = (c: Context<ApiEnv>): boolean => c.req.header('accept')?.includes('text/html') === true;

const isForm = (c: Context<ApiEnv>): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '');

async function readAnswer(c: Context<ApiEnv>): Promise<z.output<typeof answerSchema>> {
  const text = await c.req.text();
  const fields = isForm(c)
    ? Object.fromEntries(new URLSearchParams(text))
    : jsonOfText(text === '' ? '{}' : text);
  // A field of a form that is left empty says nothing.
  const given =
    isForm(c) && (fields as { reason?: string }).reason === ''
      ? { ...(fields as object), reason: null }
      : fields;
  return parseWith(answerSchema, given, 'INVALID_BODY', 'the body');
}

/** People are refused in words, on a page. */
async function asked<Answer>(
  c: Context<ApiEnv>,
  answer: () => Answer | Promise<Answer>,
): Promise<Answer | Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Refusal) || !wantsPage(c)) throw error;
    const title = error.code === 'APPROVAL_NOT_ASKED' ? 'Not asked yet.' : 'This cannot be done.';
    return c.html(messagePage(title, error.message), STATUS_OF_KIND[error.kind]);
  }
}
