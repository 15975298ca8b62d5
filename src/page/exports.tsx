/** The same thing in forms that open elsewhere. Fetched and not linked, since a link cannot carry a key. */

import { useState } from 'preact/hooks';
import { getText } from './api.ts';
import './exports.css';

export interface Export {
  readonly label: string;
  readonly path: string;
  readonly file: string;
}

export function Exports({ name, of }: { readonly name: string; readonly of: readonly Export[] }) {
  const [status, setStatus] = useState('');
  async function act(act: (text: string) => Promise<string> | string, { path }: Export): Promise<void> {
    try {
      setStatus(await act(await getText(path)));
    } catch (error) {
      setStatus(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <fieldset class="row exports">
      <legend class="visually-hidden">Exports of {name}</legend>
      <span class="muted" role="status">
        {status}
      </span>
      {of.map((one) => (
        <span key={one.label} class="export">
          <button type="button" onClick={() => void act((text) => save(text, one.file), one)}>
            {one.label}
          </button>
          <button
            type="button"
            aria-label={`Copy ${one.label}`}
            title={`Copy ${one.label}`}
            onClick={() => void act((text) => copy(text, one.label), one)}
          >
            <svg viewBox="0 0 16 16" width="13" height="13" class="mark" aria-hidden="true">
              <path d="M5.5 5.5h8v8h-8zM10.5 2.5h-8v8" />
            </svg>
          </button>
        </span>
      ))}
    </fieldset>
  );
}

async function copy(text: string, label: string): Promise<string> {
  await navigator.clipboard.writeText(text);
  return `${label} copied`;
}

function save(text: string, file: string): string {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
  return `${file} saved`;
}
