/** The statecharts everything lives by, each with the ways to take it elsewhere. */

import type { MachineChart } from '../../diagrams/layout.ts';
import { get } from '../api.ts';
import { Chart } from '../chart/chart.tsx';
import { Exports } from '../exports.tsx';
import { ProblemNotice } from '../notice.tsx';
import { pathTo } from '../router.ts';
import { useLive } from '../use-live.ts';
import '../workflows/workflows.css';

const SAYS: Readonly<Record<string, string>> = {
  task: 'A task waits for its delay and the tasks it depends on, starts its steps as they become possible, and ends with them.',
  step: 'A step is attempted until it is complete or out of attempts. A webhook delivery lives by the same machine.',
  wait: 'A wait is a step that no worker does: the clock ends it, a signal or the answer of a person.',
};

/** Machines are part of the program: nothing that happens changes them. */
const ONCE = null;

export function MachinesPage({ kind }: { readonly kind: string | undefined }) {
  const list = useLive('machines', (signal) => get<{ machines: string[] }>('/machines', { signal }), ONCE);
  const machines = list.data?.machines ?? [];
  const shown = kind ?? machines[0];
  return (
    <div class="stack">
      <div class="row">
        <h1>Machines</h1>
        <nav class="tabs" aria-label="Machines">
          {machines.map((name) => (
            <a key={name} href={pathTo.machine(name)} aria-current={name === shown ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </div>
      {list.problem !== null && <ProblemNotice problem={list.problem} />}
      {shown !== undefined && <Machine key={shown} kind={shown} />}
    </div>
  );
}

function Machine({ kind }: { readonly kind: string }) {
  const path = `/machines/${encodeURIComponent(kind)}`;
  const { data, problem } = useLive(path, (signal) => get<MachineChart>(`${path}/chart`, { signal }), ONCE);
  return (
    <section class="panel">
      <header>
        <p class="muted">{SAYS[kind] ?? kind}</p>
        <Exports
          name={kind}
          of={[
            { label: 'XState JSON', path: `${path}?format=json`, file: `${kind}.json` },
            { label: 'Mermaid', path: `${path}?format=mermaid`, file: `${kind}.mmd` },
            { label: 'DOT', path: `${path}?format=dot`, file: `${kind}.dot` },
            { label: 'SVG', path: `${path}?format=svg`, file: `${kind}.svg` },
          ]}
        />
      </header>
      {problem !== null && <ProblemNotice problem={problem} />}
      {data !== null && (
        <div class="drawing is-tall">
          <Chart chart={data} label={`The ${kind} machine`} />
        </div>
      )}
    </section>
  );
}
