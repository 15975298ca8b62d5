import { describe, expect, it } from 'vitest';
import { initialOf, isForm, kindOf, pointerPart, withField } from '../../src/page/submit/schema.ts';

describe('a form made from a JSON Schema', () => {
  it('has a field for what is simple and JSON for the rest', () => {
    expect(kindOf({ type: 'string' })).toBe('text');
    expect(kindOf({ type: 'integer' })).toBe('integer');
    expect(kindOf({ type: 'string', enum: ['a', 'b'] })).toBe('choice');
    expect(kindOf({ type: 'object', properties: {} })).toBe('group');
    expect(kindOf({ type: 'object' })).toBe('json');
    expect(kindOf({ type: 'array' })).toBe('json');
    expect(kindOf({ type: ['string', 'null'] })).toBe('json');
    expect(kindOf({})).toBe('json');
  });

  it('is only offered where there is something to fill in', () => {
    expect(isForm(null)).toBe(false);
    expect(isForm({ type: 'object' })).toBe(false);
    expect(isForm({ type: 'object', properties: {} })).toBe(false);
    expect(isForm({ type: 'object', properties: { id: { type: 'string' } } })).toBe(true);
  });

  it('begins with the defaults, those of groups included, and leaves out what has none', () => {
    const schema = {
      type: 'object',
      properties: {
        token: { type: 'string', default: 'visa' },
        note: { type: 'string' },
        express: { type: 'boolean', default: false },
        customer: { type: 'object', default: {}, properties: { name: { type: 'string', default: 'Ann' } } },
        gift: { type: 'object', properties: { text: { type: 'string' } } },
      },
    };
    expect(initialOf(schema)).toEqual({ token: 'visa', express: false, customer: { name: 'Ann' } });
    expect(initialOf(null)).toEqual({});
  });

  it('tells a field that is empty from one that is left out', () => {
    expect(withField({ a: 1 }, 'b', '')).toEqual({ a: 1, b: '' });
    expect(withField({ a: 1, b: 2 }, 'b', undefined)).toEqual({ a: 1 });
  });

  it('finds the field of a fault by its JSON pointer', () => {
    expect(pointerPart('cart_id')).toBe('/cart_id');
    expect(pointerPart('a/b~c')).toBe('/a~1b~0c');
  });
});
