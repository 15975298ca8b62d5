/** JSON as a tree that folds: what is nested can be closed, and what is folded costs nothing. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface FoldProps {
  readonly title: ComponentChildren;
  readonly isOpen: boolean;
  readonly children: () => ComponentChildren;
}

/** Its content is made once it is open. */
export function Fold({ title, isOpen, children }: FoldProps) {
  const [open, setOpen] = useState(isOpen);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {open && children()}
    </details>
  );
}

/** More members than anybody reads; the first are shown. */
const MOST_MEMBERS = 200;
/** Deeper than this, a member is closed at first. */
const OPEN_LEVELS = 3;

export function JsonTree({ value, level = 0 }: { readonly value: unknown; readonly level?: number }) {
  if (typeof value !== 'object' || value === null) return <Leaf value={value} />;
  const members = Object.entries(value);
  if (members.length === 0) return <code>{Array.isArray(value) ? '[]' : '{}'}</code>;
  return (
    <ul class="json-tree">
      {members.slice(0, MOST_MEMBERS).map(([name, member]) => (
        <li key={name}>
          <Member name={name} value={member} level={level} />
        </li>
      ))}
      {members.length > MOST_MEMBERS && <li class="muted">and {members.length - MOST_MEMBERS} more</li>}
    </ul>
  );
}

function Member({ name, value, level }: { name: string; value: unknown; level: number }) {
  const isNested = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isNested)
    return (
      <>
        <span class="json-name">{name}</span> <JsonTree value={value} />
      </>
    );
  const size = Object.keys(value).length;
  const title = (
    <>
      <span class="json-name">{name}</span>{' '}
      <span class="muted">{Array.isArray(value) ? `[${size}]` : ''}</span>
    </>
  );
  return (
    <Fold title={title} isOpen={level < OPEN_LEVELS}>
      {() => <JsonTree value={value} level={level + 1} />}
    </Fold>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  return <code class="json-leaf">{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}
