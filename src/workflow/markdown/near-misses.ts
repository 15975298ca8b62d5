/**
 * Lines that look like a heading, a data flow or a record and count as none, because of where or how they stand: each
 * is a warning with what was probably meant. Ordinary prose is none of them.
 */

import { nearest } from '../parse.ts';
import type { Findings } from './findings.ts';
import { flowOf, isFlow } from './flow.ts';
import { parseHeading } from './heading.ts';
import type { DocumentLine } from './lines.ts';
import { phaseOf } from './names.ts';
import { RECORD_LANG, type Section } from './sections.ts';
import { STEP_LANG } from './step-block.ts';
import type { RunbookStep } from './steps.ts';

/** Languages of code blocks in which a runbook may have been written by mistake; `#` is no comment there. */
const PROSE_LANGS: ReadonlySet<string> = new Set(['', 'md', 'markdown', 'text', 'txt', 'plain', 'plaintext']);
const RECORD_HEADER = /^\s*execution\s*\[\d*\]\s*\{/i;
const MAX_HEADING = 500;
const NO_HEADINGS: ReadonlySet<string> = new Set();

/** `title` is the section of the title, if there is one. */
export function warnOfNearMisses(
  lines: readonly DocumentLine[],
  title: Section | null,
  steps: readonly RunbookStep[],
  findings: Findings,
): void {
  const stepLines = new Map(steps.map((step) => [step.line, step]));
  let step: RunbookStep | null = null;
  let heading = '';
  let fenceLang: string | null = null;
  lines.forEach((line, at) => {
    const warn = (message: string): void =>
      findings.warn({ line: line.number, column: line.column }, message);
    if (line.kind === 'heading') {
      step = stepLines.get(line.number) ?? null;
      heading = line.text;
    }
    if (line.kind === 'fence') fenceLang = infoOf(line);
    else if (line.kind !== 'code') fenceLang = null;
    const message =
      line.kind === 'fence'
        ? fenceMiss(line, lines.slice(at + 1, at + 3), step === null ? heading : null)
        : line.kind === 'text'
          ? (textMiss(line) ?? underlinedMiss(lines, at))
          : line.kind === 'code' || line.kind === 'hidden'
            ? hiddenMiss(line, fenceLang, step)
            : null;
    if (message !== null) warn(message);
  });
  warnOfOpenComment(lines, findings);
  warnOfTitle(lines, title, findings);
}

const infoOf = ({ text }: DocumentLine): string => /^[`~]+\s*(.*)$/.exec(text)?.[1] ?? '';

/** A text that would be the heading of a step, were it one: a name and after it marks. */
function isStepHeading(text: string): boolean {
  if (text.length > MAX_HEADING) return false;
  const { name, isMarked, faults } = parseHeading(text);
  return isMarked && faults.length === 0 && /\p{L}/u.test(name);
}

/** With an agent or a channel: a question may end in a mark of its own. */
function isAgentsHeading(text: string): boolean {
  if (!isStepHeading(text)) return false;
  const { agent, channel } = parseHeading(text);
  return agent !== null || (channel !== null && /\p{L}/u.test(channel));
}

function textMiss({ text }: DocumentLine): string | null {
  if (!/^[#＃*_`es]/i.test(text)) return null;
  const [signs = '', rest = ''] = /^([#＃]+)(.*)$/su.exec(text)?.slice(1) ?? [];
  const taken = 'so this line is taken for prose';
  if (signs.includes('＃') && (signs.length > 1 || /^\s/.test(rest)))
    return `a heading begins with "#" and not with the full-width "＃", ${taken}`;
  if (signs.length > 6 && /\S/.test(rest)) return `a heading has at most six "#", ${taken}`;
  if (/^[ \t]/.test(rest)) {
    return signs.length > 1 || isAgentsHeading(rest)
      ? `a heading is indented by at most three spaces, ${taken}`
      : null;
  }
  if (signs !== '' && /^[\s\u200B\u2060\uFEFF]/u.test(rest))
    return `the space after "${signs}" is none that Markdown knows, ${taken}; write a plain one`;
  if (/^[^\s!/]/.test(rest) && (signs.length > 1 || (signs !== '' && isAgentsHeading(rest))))
    return `a heading has a space after "${signs}", ${taken}; write "${signs} ${rest.slice(0, 60).trim()}"`;
  if (RECORD_HEADER.test(text) || /^`{0,2}session-toon$/i.test(text))
    return `a record stands in a block that begins with \`\`\`${RECORD_LANG}, ${taken}`;
  const bold = /^(\*\*|__)(.+)\1$/.exec(text.slice(0, MAX_HEADING))?.[2];
  if (bold !== undefined && isAgentsHeading(bold))
    return `bold text is no heading, ${taken}; write "## ${bold}" if a step is meant`;
  return null;
}

/** A line of text that a Markdown renderer shows as a heading, because the next one is `===` or `---`. */
function underlinedMiss(lines: readonly DocumentLine[], at: number): string | null {
  const [before, line, rule, after] = [lines[at - 1], lines[at], lines[at + 1], lines[at + 2]];
  if (line === undefined || rule === undefined || line.bullet || before?.kind === 'text') return null;
  const isDouble = rule.kind === 'text' && /^={3,}$/.test(rule.text);
  const isSingle = rule.kind === 'rule' && /^-+$/.test(rule.text);
  if (!isDouble && !isSingle) return null;
  const next = after?.kind === 'blank' ? lines[at + 3] : after;
  const isFlowNext = next?.kind === 'text' && isFlow(next.text, NO_HEADINGS) && /[^.,:;]$/.test(line.text);
  if (isSingle && !isStepHeading(line.text) && !isFlowNext) return null;
  const signs = isDouble ? '#' : '##';
  return `a heading begins with "#", an underline makes none in a runbook; write "${signs} ${line.text.slice(0, 60)}"`;
}

/** Finds marks in quotes, lists, code, HTML and comments. */
function hiddenMiss(line: DocumentLine, fenceLang: string | null, step: RunbookStep | null): string | null {
  if (fenceLang !== null && !PROSE_LANGS.has(fenceLang.trim().toLowerCase())) return null;
  const text = line.text
    .replace(/^\s*(?:(?:>|[-*+]|\d{1,9}[.)])\s*)*/, '')
    .replace(/^<!--\s*|\s*-->.*$/g, '');
  const where =
    fenceLang !== null
      ? 'in a code block'
      : line.kind === 'code'
        ? 'indented by four spaces or more'
        : /^\s*>/.test(line.text)
          ? 'in a quote'
          : 'in a list, in HTML or in a comment';
  const heading = /^(?:#{2,6}[ \t]+|<h[1-6][^<>]*>)([^<>]*)/i.exec(text.slice(0, MAX_HEADING))?.[1];
  if (heading !== undefined)
    return isAgentsHeading(heading) || (fenceLang === null && isStepHeading(heading))
      ? `a heading ${where} makes no step; if one is meant, let it stand at the beginning of a line of its own`
      : null;
  const lacksFlow = step !== null && !step.flow.isThere;
  const isPlain = line.kind === 'code' || /^\s*>/.test(line.text);
  if (!isPlain || !(lacksFlow || (step === null && fenceLang === null)) || !isFlow(text, NO_HEADINGS))
    return null;
  return `a flow line ${where} says nothing; let it stand in a line of text`;
}

/** `heading`: above it if that is no step; then only its own rows are taken for rows. */
function fenceMiss(
  fence: DocumentLine,
  [header, row]: readonly DocumentLine[],
  heading: string | null,
): string | null {
  const info = infoOf(fence);
  const [lang = ''] = info.split(/\s/);
  if (lang === RECORD_LANG || lang === STEP_LANG) return null;
  const [folded = '', first = ''] = [info, lang].map((text) =>
    text
      .slice(0, 40)
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
  );
  if (['step', 'steps', 'stepyaml', 'yamlstep'].includes(folded))
    return `the block of a step begins with \`\`\`${STEP_LANG}; this one says "${info}", so its keys are not read`;
  const isRecord =
    header?.kind === 'code' &&
    RECORD_HEADER.test(header.text) &&
    (heading === null || row?.text.trim().startsWith(`${phaseUnder(heading)},`) === true);
  const isLike = [folded, first].some((word) => nearest(word, ['sessiontoon']) !== null);
  if (!isRecord && !isLike && !(heading === null && (first === 'toon' || first === 'session'))) return null;
  const written = info === '' ? 'has no language' : `says "${info.slice(0, 60)}"`;
  return `the block of a record begins with \`\`\`${RECORD_LANG}; this one ${written}, so its rows are not read`;
}

const phaseUnder = (heading: string): string => phaseOf(parseHeading(heading.replace(/^#+/, '')).name);

/** Warns of a comment that is not closed: it holds all text to the end of the document. */
function warnOfOpenComment(lines: readonly DocumentLine[], findings: Findings): void {
  let at = lines.length - 1;
  let isAnyHidden = false;
  for (; lines[at]?.kind === 'hidden' && lines[at]?.text.includes('-->') === false; at--) {
    const { text = '', number: line = 1, column = 1 } = lines[at] ?? {};
    if (text.startsWith('<!--') && isAnyHidden) {
      findings.warn(
        { line, column },
        'this comment is not closed and hides the rest of the document: end it with -->',
      );
      return;
    }
    isAnyHidden ||= /\S/.test(text);
  }
}

/** Neither the title nor what stands before the first step can be one. */
function warnOfTitle(lines: readonly DocumentLine[], title: Section | null, findings: Findings): void {
  const first = lines.findIndex(({ kind }) => kind === 'heading');
  const preface = lines.slice(0, first === -1 ? lines.length : first).filter(({ kind }) => kind === 'text');
  for (const body of [preface, title?.lines ?? []]) {
    const flow = flowOf(body);
    findings.addAll(flow.nearMisses);
    const [port] = [...flow.inputs, ...flow.outputs];
    if (port !== undefined)
      findings.warn(port, 'a flow line stands under the heading of its step; here it belongs to none');
  }
  if (title === null) return;
  if (isAgentsHeading(title.heading))
    findings.warn(
      title,
      'the first heading with one "#" is the title and no step; give the step a "##" of its own',
    );
  for (const { lang, line } of title.blocks) {
    if (lang === RECORD_LANG)
      findings.warn({ line, column: 1 }, 'a record stands under the heading of its step; the title is none');
  }
}
