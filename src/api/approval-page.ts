/** The page that a link of an approval opens: plain HTML, without scripts, for people who have no key. */

import { html, raw } from 'hono/html';
import type { Approval } from '../views/approvals.ts';

const STYLE = raw(`
  :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
  html { background: light-dark(#ffffff, #18181b); color: light-dark(#18181b, #f4f4f5); }
  body { margin: 0 auto; max-width: 34rem; padding: 3rem 1.25rem; }
  h1 { font-size: 1.5rem; line-height: 1.3; white-space: pre-wrap; overflow-wrap: anywhere; }
  p { color: light-dark(#52525b, #a1a1aa); }
  label { display: block; margin: 1.5rem 0 0.375rem; }
  textarea { box-sizing: border-box; width: 100%; min-height: 5rem; padding: 0.5rem; font: inherit; resize: vertical;
    background: transparent; color: inherit;
    border: 1px solid light-dark(#a1a1aa, #71717a); border-radius: 0.375rem; }
  time { white-space: nowrap; }
  button { font: inherit; margin: 1.25rem 0.75rem 0 0; padding: 0.5rem 1.25rem; border-radius: 0.375rem;
    border: 1px solid light-dark(#a1a1aa, #71717a); cursor: pointer; background: transparent; color: inherit; }
  button.approve { background: #166534; border-color: #166534; color: #fff; }
  :focus-visible { outline: 3px solid #2563eb; outline-offset: 2px; }
`);

const page = (title: string, body: ReturnType<typeof html>) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main></body>
</html>
`;

export function approvalPage({ prompt, taskName, step, since, until }: Approval) {
  const end = until === null ? '' : html` It can be answered until ${timeOf(until)}.`;
  return page(
    prompt,
    html`<h1>${prompt}</h1>
<p>Step ${step} of ${taskName} has waited for this since ${timeOf(since)}.${end}</p>
<form method="post">
<label for="reason">Reason (may be left empty)</label>
<textarea id="reason" name="reason" maxlength="1000"></textarea>
<button class="approve" name="decision" value="approve">Approve</button>
<button name="decision" value="reject">Reject</button>
</form>`,
  );
}

/** The page has no script that could tell where its reader is. */
const format = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

const timeOf = (iso: string) => html`<time datetime="${iso}">${format.format(new Date(iso))} UTC</time>`;

export const messagePage = (title: string, text: string) =>
  page(title, html`<h1>${title}</h1><p>${text}</p>`);
