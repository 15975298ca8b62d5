/** Files and texts a stranger may have written: workflows, runbooks, records, references, conditions. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { readRecords } from '../../../src/records/read.ts';
import { compileWorkflow } from '../../../src/workflow/compile.ts';
import { holds } from '../../../src/workflow/condition.ts';
import type { Condition } from '../../../src/workflow/definition.ts';
import { parseWorkflowFile } from '../../../src/workflow/file.ts';
import type { FileFormat } from '../../../src/workflow/file-format.ts';
import { fillCall } from '../../../src/workflow/http-request.ts';
import { fillVariables } from '../../../src/workflow/http-variables.ts';
import { parseTemplate } from '../../../src/workflow/template.ts';
import type { Door } from './door.ts';
import { mangled, nastyJson, nastyText, repeated } from './inputs.ts';

const YAML = [
  readFileSync(new URL('../../../examples/api-integration/workflow.yaml', import.meta.url), 'utf8'),
  'name: w\nversion: "1"\ninput: { type: object }\nretry_strategies: { x: { strategy: fixed, base: 1s } }\nsteps:\n' +
    '  - { name: a, backoff: x }\n  - &b { name: b, depends_on: a }\nenvironments: { test: { steps: [{ name: a, agent: t }] } }\n',
];
const MARKDOWN = [
  '---\nname: w\nversion: 1.0.0\n---\n# W\n\nText.\n\n## A @agent #channel !\norder::Order → receipt\n\n## B ?\nreceipt → done\n- if `receipt.ok`: go on\n',
  '# R\n## Build @ci\na → b\n\n```session-toon\nexecutions[2]{status,at}:\n  success,2025-01-01\n  "failed, badly",2025-01-02\n```\n',
];
/** A megabyte of text may take so long; only the command line reads files. */
const FILE_CPU_MS = 3_000;
const nothing = async () => undefined;

export function textDoors(): Door[] {
  const fileDoor = (format: FileFormat, texts: readonly string[]): Door => ({
    name: `${format} files`,
    inputs: fc.oneof({ weight: 8, arbitrary: mangled(texts) }, repeated, nastyText),
    maxCpuMs: FILE_CPU_MS,
    enter: (text) => readFile(String(text), format),
    close: nothing,
  });
  return [
    fileDoor('yaml', YAML),
    fileDoor('markdown', MARKDOWN),
    {
      name: 'records (TOON)',
      maxCpuMs: FILE_CPU_MS,
      inputs: fc.oneof({ weight: 8, arbitrary: mangled(MARKDOWN) }, repeated),
      enter: (text) => (readRecords(String(text)).faults.length === 0 ? 'taken' : 'refused'),
      close: nothing,
    },
    references() as Door,
    conditions() as Door,
  ];
}

/** A definition that is given out must be one that can be registered. */
function readFile(text: string, format: FileFormat): string {
  const { definition, faults } = parseWorkflowFile(text, format, {
    environment: 'test',
    variables: { X: '1' },
  });
  if ((definition === null) === (faults.length === 0))
    throw new Error('neither a workflow nor a fault, or both');
  if (definition === null) return 'refused';
  compileWorkflow(definition);
  return 'taken';
}

function references(): Door<readonly [string, unknown]> {
  const reference = mangled([
    'https://a.example/${payload.a}/${steps.b.output.c[0]}?q=${payload["x y"]}',
    '${payload}',
    '$${x} ${ENV:X}',
  ]);
  return {
    name: 'references',
    inputs: fc.tuple(fc.oneof({ weight: 8, arbitrary: reference }, repeated), nastyJson),
    enter: ([text, value]) => {
      parseTemplate(text);
      const payload = { a: value, 'x y': value };
      const call = {
        method: 'POST',
        url: text.slice(0, 2_048),
        headers: { A: text.slice(0, 4_000) },
        body: { [text.slice(0, 99)]: text },
      };
      const { call: ready } = fillVariables(call, { X: '${payload.a}' });
      return 'faults' in fillCall(ready, { payload, dependencies: { b: value } }) ? 'refused' : 'taken';
    },
    close: nothing,
  };
}

function conditions(): Door<readonly [readonly string[], unknown]> {
  return {
    name: 'conditions',
    inputs: fc.tuple(fc.array(nastyText, { maxLength: 2 }), nastyJson),
    enter: ([path, value]) => {
      const is: Condition = { op: 'is', value: { step: null, path } };
      const all: Condition = {
        op: 'and',
        of: [is, { op: 'not', of: { op: 'equals', value: is.value, to: 1 } }],
      };
      const answer = holds(all, () => value);
      if (typeof answer !== 'boolean') throw new Error('a condition holds or does not');
      return String(answer);
    },
    close: nothing,
  };
}
