/** Checks whether NATS can be used as a server would: reached, logged in to, recent enough, with JetStream on. */

import { probeNats } from '../bus/nats/probe.ts';
import { Refusal } from '../errors.ts';
import type { Diagnosis } from './doctor.ts';

const UNREACHED =
  'start nats-server, or correct --nats-url; until then only handlers in the server itself work';

export async function examineNats(url: string, creds: string | null): Promise<Diagnosis> {
  try {
    const { server, version } = await probeNats({
      url,
      name: 'troupe-doctor',
      ...(creds === null ? {} : { creds }),
    });
    return { facts: [`${server}, version ${version}, with JetStream`], ailments: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The first sentence is the problem, and the rest is advice.
    const [problem = '', ...advice] = error.message.split(/(?<=\.) (?=[A-Z])/);
    const isAway = error.code === 'BUS_UNAVAILABLE';
    const ailment = { code: error.code, problem, advice: isAway ? UNREACHED : advice.join(' ') };
    return { facts: [], ailments: [ailment] };
  }
}
