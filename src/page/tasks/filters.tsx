/** The filters of the task list: they live in the address, so that a view can be kept, sent and reloaded. */

import type { Ref } from 'preact';
import { WAITS_FOR, type WaitsFor } from '../../views/statuses.ts';
import { isoTime, localTime } from '../local-time.ts';
import { setQuery, useRoute } from '../router.ts';

const FIELDS = [
  { name: 'correlationId', label: 'Correlation' },
  { name: 'tag', label: 'Tag' },
  { name: 'tenantId', label: 'Tenant' },
] as const;

export const SINCE: Readonly<Record<string, { readonly label: string; readonly ms: number }>> = {
  '15m': { label: 'Last 15 minutes', ms: 15 * 60_000 },
  '1h': { label: 'Last hour', ms: 3_600_000 },
  '24h': { label: 'Last 24 hours', ms: 24 * 3_600_000 },
  '7d': { label: 'Last 7 days', ms: 7 * 24 * 3_600_000 },
};

/** As a value of `since`: two times of the reader's own. */
export const BETWEEN = 'between';

const TIMES = [
  { name: 'createdAfter', label: 'Submitted from' },
  { name: 'createdBefore', label: 'Submitted before' },
] as const;

const CLEAR = {
  status: null,
  name: null,
  correlationId: null,
  tag: null,
  tenantId: null,
  waitsFor: null,
  since: null,
  createdAfter: null,
  createdBefore: null,
  cursor: null,
};

export function Filters({ search }: { readonly search: Ref<HTMLInputElement> }) {
  const { query } = useRoute();
  const set = (name: string, value: string) => setQuery({ [name]: value.trim(), cursor: null });
  const active = Object.keys(CLEAR).some((name) => query[name] !== undefined);
  return (
    <search class="row filters">
      <input
        ref={search}
        type="search"
        class="wide"
        aria-label="Name"
        placeholder="Name, exactly  ( / )"
        value={query['name'] ?? ''}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      {FIELDS.map(({ name, label }) => (
        <input
          key={name}
          type="search"
          aria-label={label}
          placeholder={label}
          value={query[name] ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
      <WaitsForField value={query['waitsFor'] ?? ''} onValue={(value) => set('waitsFor', value)} />
      <select
        aria-label="Submitted"
        value={query['since'] ?? ''}
        onChange={(event) => set('since', event.currentTarget.value)}
      >
        <option value="">Any time</option>
        {Object.entries(SINCE).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value={BETWEEN}>Between…</option>
      </select>
      {query['since'] === BETWEEN &&
        TIMES.map(({ name, label }) => (
          <input
            key={name}
            type="datetime-local"
            aria-label={label}
            title={label}
            value={localTime(query[name])}
            onChange={(event) => set(name, isoTime(event.currentTarget.value))}
          />
        ))}
      {active && (
        <button type="button" class="plain" onClick={() => setQuery(CLEAR)}>
          Clear
        </button>
      )}
    </search>
  );
}

const WAITS = {
  sleep: 'Sleeping',
  signal: 'Waiting for a signal',
  approval: 'Waiting for a person',
  child: 'Waiting for child tasks',
} as const satisfies Record<WaitsFor, string>;

interface WaitsForFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function WaitsForField({ value, onValue }: WaitsForFieldProps) {
  return (
    <select
      aria-label="Waits for"
      value={value}
      onChange={({ currentTarget }) => onValue(currentTarget.value)}
    >
      <option value="">Waiting or not</option>
      {WAITS_FOR.map((kind) => (
        <option key={kind} value={kind}>
          {WAITS[kind]}
        </option>
      ))}
    </select>
  );
}
