/**
 * Parses the text between `If` and the arrow. Names are not resolved here: each is a reference to step null by the path
 * that was written, `order.total` being one of two parts.
 */

import {
  ConditionError,
  type Grammar,
  type ParsedCondition,
  readCondition,
  SIGNS,
} from '../condition-parser.ts';

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;

const GRAMMAR: Grammar = {
  token: new RegExp(`[\\s\`*]+|${SIGNS}|[^\\s\`*"“”'‘’()!=&|]+|[\\s\\S]`, 'gu'),
  isNothing: (token) => /^[\s`*]/.test(token),
  reference(text) {
    if (!NAME.test(text)) throw new ConditionError(`expected the name of a value where "${text}" is`);
    return { step: null, path: text.split('.') };
  },
  noValue: () => null,
  end: 'the arrow',
};

export const parseCondition = (text: string): ParsedCondition => readCondition(text, GRAMMAR);
