/** Asks for the API key; it stays in this tab and goes to this server only. */

import { useState } from 'preact/hooks';
import { signIn } from './api.ts';
import './key-form.css';

export function KeyForm({ why }: { readonly why: string }) {
  const [key, setKey] = useState('');
  return (
    <form
      class="panel key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') signIn(key.trim());
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
      <p class="muted">It is kept until this tab is closed, and shows what its tenant may see.</p>
      <button type="submit" class="primary">
        Go on
      </button>
    </form>
  );
}
