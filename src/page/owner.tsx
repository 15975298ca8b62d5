/** Shows whose key this is: the journal keeps what one does under that name, and one sees its tenant only. */

import { get } from './api.ts';
import { signOut } from './session.ts';
import { useLive } from './use-live.ts';

interface Me {
  readonly name: string;
  /** null sees all. */
  readonly tenantId: string | null;
}

/** The owner of a key changes with the server's file of keys. */
const READ_EVERY_MS = 300_000;

export function Owner() {
  const { data } = useLive('me', (signal) => get<Me>('/me', { signal }), null, READ_EVERY_MS);
  return (
    <span class="owner row">
      {data !== null && (
        <span title="The journal keeps what you do under this name">
          <b>{data.name}</b>{' '}
          <span class="muted">{data.tenantId === null ? 'administrator' : `tenant ${data.tenantId}`}</span>
        </span>
      )}
      <button type="button" class="plain" title="In every tab of this browser" onClick={signOut}>
        Forget key
      </button>
    </span>
  );
}
