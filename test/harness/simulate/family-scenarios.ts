// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** The scenarios of the crash matrix with child tasks. */

import type { StepDefinition } from '../../../src/workflow/definition.ts';
import { NO_ATTEMPTS, release, type Scenario, stepIs, submit, taskIs, tell, workflow } from './scenario.ts';

const kid = workflow('Kid', { Pack: {}, Send: { dependsOn: ['Pack'] } });
const parent = (name: string, children: Partial<StepDefinition>) =>
  workflow(name, {
    First: {},
    Go: { dependsOn: ['First'], ...NO_ATTEMPTS, handler: 'troupe.children', ...children },
    Last: { dependsOn: ['Go'] },
  });
const one = parent('Parent', {
  run: { workflow: 'Kid', payload: { key: '${payload.key}', plan: '${payload.kid}' } },
});
const each = parent('Each', {
  run: { workflow: 'Kid', payload: { key: '${payload.key}' } },
  forEach: {
    items: '${payload.kids}',
    concurrency: 2,
    tolerate: { count: 1 },
    collect: 'outputs',
  },
});

export const FAMILY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'child',
    workflows: [one, kid],
    moves: [
      submit({ key: 'good', name: 'Parent', more: { payload: { kid: { Pack: ['fail'] } } } }),
      submit({ key: 'bad', name: 'Parent', more: { payload: { kid: { Send: ['permanent'] } } } }),
      tell('retry', 'bad', taskIs('bad', 'failed')),
    ],
    ends: { good: 'complete', bad: 'complete', 'bad/Go.0': 'complete' },
  },
  {
    name: 'verbs reach the child',
    workflows: [one, kid],
    moves: [
      submit(
        { key: 'over', name: 'Parent', more: { payload: { kid: { Pack: ['hold'] } } } },
        { key: 'stopped', name: 'Parent', more: { payload: { kid: { Pack: ['hold'] } } } },
      ),
      tell('cancel', 'over', stepIs('over', 'Go', 'waiting')),
      tell('pause', 'stopped', stepIs('stopped', 'Go', 'waiting')),
      release('stopped', ['Pack']),
      tell('resume', 'stopped', taskIs('stopped', 'paused')),
    ],
    ends: { over: 'cancelled', 'over/Go.0': 'cancelled', stopped: 'complete', 'stopped/Go.0': 'complete' },
  },
  {
    name: 'a child for each element',
    workflows: [each, kid],
    moves: [
      submit({
        key: 'a',
        name: 'Each',
        more: {
          payload: {
            kids: [{}, { Pack: ['permanent'] }, { Send: ['fail'] }, { Send: ['permanent'] }, {}].map(
              (plan) => ({ plan }),
            ),
          },
        },
      }),
      tell('retry', 'a', taskIs('a', 'failed')),
    ],
    ends: { a: 'complete', 'a/Go.0': 'complete', 'a/Go.3': 'complete', 'a/Go.4': 'complete' },
  },
];
