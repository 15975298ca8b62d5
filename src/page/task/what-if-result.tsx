/** Shows what an event would lead to: the next state, changes in the context, and the effects. */

import type { WhatIfView } from '../../views/moments.ts';
import { changesOf } from './changes.ts';
import { Json } from './json.tsx';

export function WhatIfResult({ result: { before, after, effects } }: { readonly result: WhatIfView }) {
  const ignored = effects.some(({ type }) => type === 'ignored' || type === 'stale');
  const asked = effects.filter(({ type }) => type !== 'ignored' && type !== 'stale');
  const changes = changesOf(before.context, after.context);
  return (
    <section class="what-if-result" aria-live="polite">
      <p>
        <strong>{before.state}</strong> → <strong>{after.state}</strong>
        {ignored && ' – this state takes no such event: nothing would change'}
      </p>
      {changes.length > 0 && (
        <table>
          <caption class="visually-hidden">What would change in its context</caption>
          <tbody>
            {changes.map(({ name, from, to }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <code>{from}</code> → <code>{to}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked.length === 0 ? (
        <p class="muted">It would ask nothing of the outside.</p>
      ) : (
        <details open>
          <summary>It would ask for {asked.map(({ type }) => type).join(', ')}</summary>
          <Json value={asked} />
        </details>
      )}
      <p class="muted">Nothing was executed or stored.</p>
    </section>
  );
}
