/**
 * Reads what a condition says: `name`, `name == value`, `name != value`, `!name`, `and`, `or`, brackets. How names are
 * written, and what they refer to, is the grammar's: runbooks and the key `when` of a step have one each.
 */

import { type Condition, LIMITS, type Reference } from './definition.ts';
import { tooLong } from './name-key.ts';
import { isSafe, notKept } from './number-text.ts';

export type ParsedCondition = { readonly condition: Condition } | { readonly fault: string };

export interface Grammar {
  /** Global. Groups hold what stands in quotes; what `isNothing` tells is passed over. */
  readonly token: RegExp;
  readonly isNothing: (token: string) => boolean;
  /** Finds what a name refers to. Throws a ConditionError for a text that is no name. */
  readonly reference: (text: string) => Reference;
  /** Why a text without quotes cannot be compared with, or null. */
  readonly noValue: (text: string) => string | null;
  /** Where the condition ends, in words. */
  readonly end: string;
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
  ['=', '=='],
  ['===', '=='],
  ['!==', '!='],
]);
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** Deeper brackets than anyone writes; it bounds the recursion here and wherever conditions are read. */
export const MAX_DEPTH = 10;

/** The text is no condition; the message says where it stops being one. */
export class ConditionError extends Error {}

/** Quotes, signs, and words without them: what stands in a condition beside names. */
export const SIGNS = String.raw`"([^"]*)"|“([^”]*)”|'([^']*)'|‘([^’]*)’|[=!]==?|&&|\|\||[()!]|=`;

export function readCondition(text: string, grammar: Grammar): ParsedCondition {
  try {
    return { condition: new ConditionParser(tokensOf(text, grammar), grammar).whole() };
  } catch (error) {
    if (error instanceof ConditionError) return { fault: error.message };
    throw error;
  }
}

function tokensOf(text: string, { token, isNothing, end }: Grammar): Token[] {
  const tokens: Token[] = [];
  for (const [found, ...quoted] of text.matchAll(token)) {
    if (isNothing(found)) continue;
    const content = quoted.find((each) => each !== undefined);
    if (content === undefined && /^["“'‘]/.test(found))
      throw new ConditionError(`a quote is not closed before ${end}: ${found}`);
    const isQuoted = content !== undefined;
    tokens.push({ text: content ?? SPELLINGS.get(found) ?? found, isQuoted });
  }
  return tokens;
}

class ConditionParser {
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.#tokens = tokens;
    this.#grammar = grammar;
  }

  whole(): Condition {
    const condition = this.#any();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined)
      throw new ConditionError(
        `expected and, or, == or != where "${rest.text}" is; a name is a single word, a value of several is put in quotes`,
      );
    return condition;
  }

  #any(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#one()));
  }

  #joined(op: 'and' | 'or', read: () => Condition): Condition {
    const of = [read()];
    while (this.#takes(op)) of.push(read());
    const [first] = of;
    return of.length === 1 && first !== undefined ? first : { op, of };
  }

  #one(): Condition {
    if (++this.#depth > MAX_DEPTH)
      throw new ConditionError(`brackets and "not" go at most ${MAX_DEPTH} deep`);
    try {
      if (this.#takes('not')) return { op: 'not', of: this.#one() };
      if (!this.#takes('(')) return this.#question();
      const inner = this.#any();
      if (!this.#takes(')')) throw new ConditionError('a bracket is not closed');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #question(): Condition {
    const value = this.#name();
    if (this.#takes('==')) return { op: 'equals', value, to: this.#constant() };
    if (this.#takes('!=')) return { op: 'not', of: { op: 'equals', value, to: this.#constant() } };
    return { op: 'is', value };
  }

  #name(): Reference {
    const { text, isQuoted } = this.#next('a name');
    if (isQuoted) throw new ConditionError(`expected the name of a value where "${text}" is`);
    if (text.length > LIMITS.nameLength)
      throw new ConditionError(`a name ${tooLong(text, LIMITS.nameLength)}`);
    return this.#grammar.reference(text);
  }

  #constant(): string | number | boolean | null {
    const { text, isQuoted } = this.#next('a value');
    if (isQuoted) return text;
    const known = CONSTANTS.get(text.toLowerCase());
    if (known !== undefined) return known;
    if (NUMBER.test(text)) {
      if (!isSafe(text)) throw new ConditionError(notKept(text));
      return Number(text);
    }
    if (!/[\p{L}\p{N}]/u.test(text)) throw new ConditionError(`expected a value where "${text}" is`);
    const why = this.#grammar.noValue(text);
    if (why !== null) throw new ConditionError(why);
    return text;
  }

  #next(what: string): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ConditionError(`the condition ends where ${what} should be`);
    return token;
  }

  #takes(text: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token !== undefined && !token.isQuoted && token.text.toLowerCase() === text;
    if (isIt) this.#at++;
    return isIt;
  }
}
