/** Answers as they travel: JSON, and for a no the problem, with the headers by which clients of services know one. */

import type { Bus } from '../../bus/bus.ts';
import { isRefusal, Refusal } from '../../errors.ts';
import type { Written } from '../../views/orchestrator.ts';
import { type Problem, refusalProblem } from '../../views/problem.ts';

export interface Answer {
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export const yes = (result: Written): Answer => ({
  data: typeof result === 'string' ? Buffer.from(result) : result,
  headers: {},
});

/** The headers are those of ADR-32, of the NATS architecture documents. */
export function no(problem: Problem): Answer {
  return {
    data: Buffer.from(JSON.stringify(problem)),
    headers: {
      'Nats-Service-Error-Code': String(problem.status),
      'Nats-Service-Error': `${problem.title} (${problem.code})`,
    },
  };
}

/** An answer that is too large for a message is a no instead. */
export async function reply(bus: Bus, replyTo: string, answer: Answer): Promise<void> {
  const send = ({ data, headers }: Answer) => bus.publish(replyTo, data, { headers });
  try {
    await send(answer);
  } catch (error) {
    if (!isRefusal(error, 'MESSAGE_TOO_LARGE')) throw error;
    await send(no(tooLarge(error)));
  }
}

function tooLarge(cause: Refusal): Problem {
  const message = 'The answer is larger than a message may be. Ask for fewer with limit, or over HTTP.';
  return refusalProblem(new Refusal('ANSWER_TOO_LARGE', message, { cause }));
}
