/** Shows whose key this is, and forgets it. */

import { signOut } from './session.ts';
import { useMe } from './use-me.ts';

export function Owner() {
  const me = useMe();
  return (
    <span class="owner row">
      {me !== null && (
        <span title="The journal keeps what you do under this name">
          <b>{me.name}</b>{' '}
          <span class="muted">{me.tenantId === null ? 'administrator' : `tenant ${me.tenantId}`}</span>
        </span>
      )}
      <button type="button" class="plain" title="In every tab of this browser" onClick={signOut}>
        Forget key
      </button>
    </span>
  );
}
