import { describe, expect, test } from 'vitest';
import { flowOf } from '../../src/workflow/markdown/flow.ts';
import { sectionsOf } from '../../src/workflow/markdown/sections.ts';

function flow(text: string) {
  const lines = sectionsOf(`# Step\n${text}`)[0]?.lines ?? [];
  const { inputs, outputs, isThere, findings } = flowOf(lines);
  const written = ({ name, type }: { name: string; type: string | null }) =>
    type === null ? name : `${name}::${type}`;
  const placed = ({ line, column, message }: { line: number; column: number; message: string }) =>
    `${line - 1}:${column} ${message}`;
  return {
    inputs: inputs.map(written),
    outputs: outputs.map(written),
    isThere,
    faults: findings.faults.map(placed),
    warnings: findings.warnings.map(placed),
  };
}

const clean = { isThere: true, faults: [], warnings: [] };

describe('a flow line', () => {
  test.each([
    ['a → b'],
    ['a -> b'],
    ['a->b'],
    ['- a → b'],
    ['1. a → b.'],
    ['`a → b`'],
    ['`a` → **b**;'],
    ['**a → b**'],
    ['a\n→ b'],
    ['a →\nb'],
    ['[a](#a) → b'],
    ['a → inner → b'],
    ['Prose before.\na → b\nProse after.'],
    ['a → b <!-- x → y -->'],
  ])('%j takes a and makes b', (text) => {
    expect(flow(text)).toEqual({ ...clean, inputs: ['a'], outputs: ['b'] });
  });

  test.each([
    ['a, b → c, d'],
    ['a and b → c & d'],
    ['a,\n  b → c,\n  d'],
    ['a → c\nb → d'],
    ['a → c\na, b → d, c'],
    ['a, b → creates:\n- c\n- d'],
    ['a, b →\n\n* c — why\n* d: what\n  it is'],
    ['a → c, between\nbetween, b → d'],
  ])('%j takes a and b and makes c and d, whatever stays inside', (text) => {
    const { inputs, outputs } = flow(text);
    expect(inputs).toEqual(['a', 'b']);
    expect(outputs.filter((name) => name !== 'between')).toEqual(['c', 'd']);
  });

  test.each([
    ['raw_data.csv → loaded_data::DataFrame', ['raw_data.csv'], ['loaded_data::DataFrame']],
    ['→ schema.sql::SQL', [], ['schema.sql::SQL']],
    ['file.md →\n- a.tar.gz::File\n- b', ['file.md'], ['a.tar.gz::File', 'b']],
    ['Takes order, cart → creates:\n- label\n- receipt', ['order', 'cart'], ['label', 'receipt']],
    ['Reads: order → writes label', ['order'], ['label']],
    ['takes → makes', ['takes'], ['makes']],
  ])('%j has names of files, and words before the names', (text, inputs, outputs) => {
    expect(flow(text)).toEqual({ ...clean, inputs, outputs });
  });

  test('has types, which may have commas within brackets', () => {
    expect(flow('a::Order, b :: Map<String, Order> → c::Receipt[]|null')).toEqual({
      ...clean,
      inputs: ['a::Order', 'b::Map<String, Order>'],
      outputs: ['c::Receipt[]|null'],
    });
    expect(flow('a::X → b\nb → c::Y, d').inputs).toEqual(['a::X']);
    expect(flow('→ creates:\n- `invoice::Invoice` (sent)').outputs).toEqual(['invoice::Invoice']);
  });

  test('goes on where a line begins with an arrow', () => {
    expect(flow('a → b\n→ c')).toEqual({ ...clean, inputs: ['a'], outputs: ['c'] });
  });

  test('may change what it takes under the same name', () => {
    expect(flow('order → order')).toMatchObject({ inputs: ['order'], outputs: ['order'] });
  });

  test.each([
    ['Moves orders from `pending` → `running`.'],
    ['the order → the receipt'],
    ['a: Order → b'],
    ['a → → b'],
    ['a, → b'],
  ])('%j is prose, with a warning', (text) => {
    expect(flow(text)).toMatchObject({ inputs: [], outputs: [], isThere: false, faults: [] });
    expect(flow(text).warnings).toEqual([expect.stringMatching(/^1:1 this line has an arrow/)]);
  });

  test('is nothing in code, quotes, tables, HTML and comments', () => {
    const hidden = [
      '```\na → b\n```',
      '    a → b',
      '> a → b',
      '| a → b |',
      'a | b → c\n--|--',
      '<!--\na → b\n-->',
      '<p>\na → b',
    ];
    for (const text of hidden)
      expect(flow(text)).toEqual({ ...clean, isThere: false, inputs: [], outputs: [] });
  });

  test('is faulted when it has a type and still cannot be read', () => {
    expect(flow('x\n\nthe order::Order → receipt').faults).toEqual([
      expect.stringMatching(/^3:1 this line cannot/),
    ]);
  });

  test('is faulted when nothing is listed below it, or no name', () => {
    expect(flow('a → creates:').faults).toEqual([expect.stringMatching(/^1:1 no outputs/)]);
    expect(flow('a →\n- two words\n- b').faults).toEqual([
      expect.stringMatching(/^2:3 an output is a single word/),
    ]);
  });

  test('warns where one name has two types', () => {
    expect(flow('a::X → b\na::Y → c').warnings).toEqual(['2:1 a is a Y here and a X on line 2']);
  });
});
