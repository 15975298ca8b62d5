/** Asks for the API key; it stays in this browser and goes to this server only. */

import { useState } from 'preact/hooks';
import { signIn } from './session.ts';
import './key-form.css';

export function KeyForm({ why }: { readonly why: string }) {
  const [key, setKey] = useState('');
  const [keep, setKeep] = useState(false);
  return (
    <form
      class="panel key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') signIn(key.trim(), keep);
      }}
    >
      <h1>API key</h1>
      <p class="muted">{why}</p>
      <input
        type="password"
        aria-label="API key"
        autocomplete="current-password"
        autofocus
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <label class="row">
        <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
        Keep on this computer
      </label>
      <p class="muted">
        {keep
          ? 'Every tab of this browser has it, until somebody presses “Forget key”.'
          : 'Every tab of this browser has it, until the browser is closed.'}{' '}
        The page shows what its tenant may see.
      </p>
      <button type="submit" class="primary">
        Go on
      </button>
    </form>
  );
}
