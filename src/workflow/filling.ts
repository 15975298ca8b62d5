/** Puts values in the places of their references, and keeps account of those that are missing or do not fit. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import { lookUp, parseTemplate, type Scope, type Slot, soleSlot } from './template.ts';

/** A value that is not there (`TEMPLATE_MISSING`), or cannot stand where it should (`TEMPLATE_INVALID`). */
export interface FillFault {
  readonly code: Extract<FailureCode, 'TEMPLATE_MISSING' | 'TEMPLATE_INVALID'>;
  readonly message: string;
}

/** How a value is written in its place, or why it cannot stand there. */
export type Encode = (text: string, isPlain: boolean) => string | { readonly unfit: string };

export const asIs: Encode = (text) => text;

/** Joins several faults; where a value is missing, that is their code. */
export const inOne = (faults: readonly FillFault[]): FillFault => ({
  code: faults.some(({ code }) => code === 'TEMPLATE_MISSING') ? 'TEMPLATE_MISSING' : 'TEMPLATE_INVALID',
  message: faults.map(({ message }) => message).join('; '),
});

export class Filling {
  readonly faults: FillFault[] = [];
  /** Characters of the values that were put somewhere. */
  characters = 0;
  readonly #scope: Scope;
  readonly #most: number;

  /** `most`: once there are more characters nothing is put anywhere, since a short text can ask for gigabytes. */
  constructor(scope: Scope, most = Number.POSITIVE_INFINITY) {
    this.#scope = scope;
    this.#most = most;
  }

  get isFull(): boolean {
    return this.characters > this.#most;
  }

  text(place: string, template: string, encode: Encode): string {
    const { parts } = parseTemplate(template);
    return parts.map((part) => (typeof part === 'string' ? part : this.put(place, part, encode))).join('');
  }

  /** A value within a text; that there is none (null) leaves nothing to write. */
  put(place: string, slot: Slot, encode: Encode): string {
    const value = this.#valueOf(place, slot);
    if (value === undefined || this.isFull) return '';
    if (value === null) {
      this.#fault('TEMPLATE_MISSING', place, slot, 'is null, which cannot be part of a text');
      return '';
    }
    const isPlain = typeof value !== 'object';
    const text = isPlain ? String(value) : JSON.stringify(value);
    this.characters += text.length;
    const encoded = this.isFull ? '' : encode(text, isPlain);
    if (typeof encoded === 'string') return encoded;
    this.#fault('TEMPLATE_INVALID', place, slot, encoded.unfit);
    return '';
  }

  /** The value of a text that is nothing but a reference, type and all; any other text filled in. */
  value(place: string, text: string): unknown {
    const slot = soleSlot(text);
    return slot === null ? this.text(place, text, (value) => value) : this.#valueOf(place, slot);
  }

  /** A JSON value with its texts filled in; one that is nothing but a reference takes the value, type and all. */
  json(place: string, value: unknown, encode: Encode): unknown {
    if (typeof value === 'string') {
      const slot = soleSlot(value);
      return slot === null ? this.text(place, value, encode) : this.#whole(place, slot);
    }
    if (Array.isArray(value)) return value.map((member) => this.json(place, member, encode));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        this.text(place, key, encode),
        this.json(place, member, encode),
      ]),
    );
  }

  /** Counts the value where there is a bound, and leaves it as it is. */
  #whole(place: string, slot: Slot): unknown {
    const value = this.#valueOf(place, slot) ?? null;
    if (this.#most < Number.POSITIVE_INFINITY && !this.isFull)
      this.characters += JSON.stringify(value).length;
    return value;
  }

  invalid(message: string): void {
    this.faults.push({ code: 'TEMPLATE_INVALID', message });
  }

  /** Undefined, and a fault, where there is no value. */
  #valueOf(place: string, slot: Slot): unknown {
    const found = lookUp(slot.reference, this.#scope);
    if ('value' in found) return found.value;
    this.#fault('TEMPLATE_MISSING', place, slot, `has no value: ${found.missing}`);
    return undefined;
  }

  #fault(code: FillFault['code'], place: string, { source }: Slot, message: string): void {
    this.faults.push({ code, message: `${place}: ${source} ${message}` });
  }
}
