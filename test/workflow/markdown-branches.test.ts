/** Branches, on the engine that follows them: which steps run, given what the asking step gave out. */

import { describe, expect, test } from 'vitest';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';
import { handlers, request, startTroupe, taskFact } from '../support.ts';

interface World {
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** The steps that were executed, in order of the document. */
async function executed(text: string, { outputs = {}, payload = {} }: World = {}): Promise<string[]> {
  const { definition, faults } = parseMarkdownWorkflow(text);
  expect(faults).toEqual([]);
  if (definition === null) throw new Error('there is no definition');
  const ran = new Set<string>();
  const byName = Object.fromEntries(
    definition.steps.map(({ name, handler }) => [
      handler,
      () => {
        ran.add(name);
        return outputs[name] ?? null;
      },
    ]),
  );
  const troupe = await startTroupe({ handlers: handlers(byName), workflows: [definition] });
  const { task } = await troupe.submit(request(definition.name, { payload }));
  await taskFact(troupe, task.id, 'complete');
  return definition.steps.map(({ name }) => name).filter((name) => ran.has(name));
}

const faultsOf = (text: string) =>
  parseMarkdownWorkflow(text).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('branches', () => {
  const shipping = `# T
## Check
order → stock::Stock
- If stock == low → proceed to Order More
- Else if \`stock\` == "none" → [Refund](#refund) and **Apologise**.
- Otherwise -> ship
## Order More !
## Refund !
## Apologise !
## Ship !
`;

  test.each([
    ['low', ['Check', 'Order More']],
    ['none', ['Check', 'Refund', 'Apologise']],
    ['plenty', ['Check', 'Ship']],
    [null, ['Check', 'Ship']],
  ])('lead one way of several: %s', async (stock, steps) => {
    expect(await executed(shipping, { outputs: { Check: stock } })).toEqual(steps);
    expect(await executed(shipping, { outputs: { Check: { stock } } })).toEqual(steps);
  });

  test('are each asked, where they are not else', async () => {
    const text = '# T\n## A\n→ x, y\nIf x → B\nIf y, then → go to C\nOtherwise → D\n## B !\n## C !\n## D !';
    expect(await executed(text, { outputs: { A: { x: true, y: true } } })).toEqual(['A', 'B', 'C']);
    expect(await executed(text, { outputs: { A: { y: true } } })).toEqual(['A', 'C']);
    expect(await executed(text, { outputs: { A: {} } })).toEqual(['A', 'D']);
  });

  test('belong to the step they stand in, under a heading of their own too', async () => {
    const text = '# T\n## A @default\n### Decide\nIf x → B\n\nIf not x → C and D\n## B !\n## C and D !';
    expect(await executed(text, { outputs: { A: { x: 1 } } })).toEqual(['A', 'B']);
    expect(await executed(text, { outputs: { A: { x: 'no' } } })).toEqual(['A', 'C and D']);
  });

  test('leave out what depends on nothing but steps that were not chosen', async () => {
    const text = '# T\n## A\n→ x\nIf x → B\nOtherwise → C\n## B\n→ y\n## C\n→ y\n## D\ny → z\n## E\nz → end';
    expect(await executed(text, { outputs: { A: true } })).toEqual(['A', 'B', 'D', 'E']);
    expect(await executed(text, { outputs: { A: false } })).toEqual(['A', 'C', 'D', 'E']);
  });

  test('of a step that was not chosen choose nothing, their otherwise neither', async () => {
    const text = `# T
## A
→ x
If x → B
Otherwise → C
## B
→ y
If y → D
Otherwise → E
## C
→ z
If z → E
## D !
## E !
`;
    expect(await executed(text, { outputs: { A: false, C: false } })).toEqual(['A', 'C']);
    expect(await executed(text, { outputs: { A: false, C: true } })).toEqual(['A', 'C', 'E']);
    expect(await executed(text, { outputs: { A: true, B: { y: false } } })).toEqual(['A', 'B', 'E']);
    expect(await executed(text, { outputs: { A: true, B: true } })).toEqual(['A', 'B', 'D']);
  });
});

describe('a name in a condition', () => {
  const asks = (question: string, flow = '→ verdict') =>
    `# T\n## Before\ncustomer → risk\n## Ask\n${flow}\nIf ${question} → Yes\n## Yes !`;
  const isYes = async (text: string, world: World) => (await executed(text, world)).includes('Yes');

  test.each([
    ['verdict', 'good', true],
    ['verdict', { ok: false }, true],
    ['verdict', { verdict: false }, false],
    ['verdict == good', { verdict: 'good' }, true],
    ['verdict.score == 5', { verdict: { score: 5 } }, true],
    ['verdict.score == 5', { score: 5 }, true],
    ['verdict != null', null, false],
  ])('is the output of the asking step: %s of %j', async (question, output, is) => {
    expect(await isYes(asks(question), { outputs: { Ask: output } })).toBe(is);
  });

  test('is one of several outputs, none of which is the whole', async () => {
    const text = asks('a', '→ a, b');
    expect(await isYes(text, { outputs: { Ask: { a: 1, b: 0 } } })).toBe(true);
    expect(await isYes(text, { outputs: { Ask: { b: 1 } } })).toBe(false);
  });

  test('is the output of another step, which is waited for', async () => {
    const text = asks('risk == high');
    expect(await isYes(text, { outputs: { Before: 'high' } })).toBe(true);
    expect(await isYes(text, { outputs: { Before: { risk: 'low' } } })).toBe(false);
    expect(parseMarkdownWorkflow(text).definition?.steps.at(-1)?.dependsOn).toEqual(['Ask', 'Before']);
  });

  test('is what a step takes from the payload', async () => {
    const world = { outputs: { Ask: { customer: 'new' } }, payload: { customer: 'old' } };
    expect(await isYes(asks('customer == old'), world)).toBe(true);
  });

  test('that no flow line has is a field of the output, or else of the payload', async () => {
    const text = asks('level == 2');
    expect(await isYes(text, { outputs: { Ask: { level: 2 } }, payload: { level: 1 } })).toBe(true);
    expect(await isYes(text, { outputs: { Ask: { level: 1 } }, payload: { level: 2 } })).toBe(false);
    expect(await isYes(text, { outputs: { Ask: {} }, payload: { level: 2 } })).toBe(true);
    expect(
      await isYes(asks('payload.level == 2'), { outputs: { Ask: { level: 1 } }, payload: { level: 2 } }),
    ).toBe(true);
  });
});

describe('a broken branch', () => {
  test.each([
    ['If x → Shp', '3:1 there is no step "Shp"; did you mean "Ship"?'],
    ['If x → Ship and Deliver', '3:1 there is no step "Deliver"'],
    ['If x →', '3:1 no step is named after the arrow'],
    ['Otherwise → Ship', '3:1 "Otherwise" needs an "If … → …" right before it'],
    [
      'If the order is paid → Ship',
      expect.stringMatching(/^3:1 this condition cannot be read: .*where "order" is/),
    ],
    ['If x → A', '2:1 steps depend on each other in a circle: A → A'],
  ])('%s is faulted where it stands', (line, message) => {
    expect(faultsOf(`# T\n## A !\n${line}\n## Ship !`)).toEqual([message]);
  });

  test('leads to steps that make the same, and could both run', () => {
    const text = (second: string) =>
      `# T\n## A !\nIf x → B\n${second} → C\n## B\n→ y\n## C\n→ y\n## D\ny → w`;
    expect(faultsOf(text('If z'))).toEqual([expect.stringMatching(/^8:1 y is made by B too \(line 5\)/)]);
    expect(faultsOf(text('Else if z'))).toEqual([]);
  });

  test('is one of more than a hundred in a row', () => {
    const text = `# T\n## A !\n${'If x → B\n'.repeat(101)}## B !`;
    expect(faultsOf(text)).toEqual(['103:1 at most 100 branches in a row']);
  });

  test('without its arrow is prose, with a warning', () => {
    const { warnings } = parseMarkdownWorkflow('# T\n## A !\nOtherwise, proceed to B.\n## B !');
    expect(warnings).toEqual([expect.objectContaining({ line: 3, column: 1 })]);
  });
});
