/**
 * What stands between `If` and the arrow: `name`, `name == value`, `name != value`, `!name`, `and`, `or`, brackets.
 * Names are not resolved here: each is a reference to step null by the path that was written.
 */

import { type Condition, LIMITS } from '../definition.ts';

type Parsed = { readonly condition: Condition } | { readonly fault: string };

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A name may have parts: `order.total`. */
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const TOKEN =
  /[\s`*]+|"([^"]*)"|“([^”]*)”|'([^']*)'|‘([^’]*)’|[=!]==?|&&|\|\||[()!]|=|[^\s`*"“”'‘’()!=&|]+|[\s\S]/gu;
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
const MAX_DEPTH = 10;

class ConditionError extends Error {}

export function parseCondition(text: string): Parsed {
  try {
    return { condition: new Reader(tokensOf(text)).whole() };
  } catch (error) {
    if (error instanceof ConditionError) return { fault: error.message };
    throw error;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [found, ...quoted] of text.matchAll(TOKEN)) {
    if (/^[\s`*]/.test(found)) continue;
    const content = quoted.find((each) => each !== undefined);
    if (content === undefined && /^["“'‘]/.test(found))
      throw new ConditionError(`a quote is not closed before the arrow: ${found}`);
    const isQuoted = content !== undefined;
    tokens.push({ text: content ?? SPELLINGS.get(found) ?? found, isQuoted });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
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
    const value = { step: null, path: this.#name() };
    if (this.#takes('==')) return { op: 'equals', value, to: this.#constant() };
    if (this.#takes('!=')) return { op: 'not', of: { op: 'equals', value, to: this.#constant() } };
    return { op: 'is', value };
  }

  #name(): string[] {
    const token = this.#next('a name');
    if (token.isQuoted || !NAME.test(token.text))
      throw new ConditionError(`expected the name of a value where "${token.text}" is`);
    if (token.text.length > LIMITS.nameLength)
      throw new ConditionError(`a name has at most ${LIMITS.nameLength} characters`);
    return token.text.split('.');
  }

  #constant(): string | number | boolean | null {
    const { text, isQuoted } = this.#next('a value');
    if (isQuoted) return text;
    const known = CONSTANTS.get(text.toLowerCase());
    if (known !== undefined) return known;
    if (NUMBER.test(text)) return Number(text);
    if (!/[\p{L}\p{N}]/u.test(text)) throw new ConditionError(`expected a value where "${text}" is`);
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
