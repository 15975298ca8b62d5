/** A mail server that takes no mail for addresses beginning with `bounce_` until they are repaired. */

import { z } from 'zod';
import type { Ledger } from './ledger.ts';

export const mailSchema = z.object({
  key: z.string(),
  at: z.string(),
  to: z.string(),
  subject: z.string(),
  body: z.string(),
});

export type Mail = z.output<typeof mailSchema>;

export class MailSimulator {
  readonly #ledger: Ledger<Mail>;
  readonly #now: () => number;
  readonly #repaired = new Set<string>();

  constructor(ledger: Ledger<Mail>, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Sends once a key; false when the mailbox refuses it. */
  send(mail: Omit<Mail, 'at'>): boolean {
    if (this.#ledger.of(mail.key).length > 0) return true;
    if (mail.to.startsWith('bounce_') && !this.#repaired.has(mail.to)) return false;
    this.#ledger.append({ ...mail, at: new Date(this.#now()).toISOString() });
    return true;
  }

  /** From now on, until the process ends, this mailbox takes mail. */
  repair(address: string): void {
    this.#repaired.add(address);
  }

  sent(): readonly Mail[] {
    return this.#ledger.all();
  }
}
