/** One version of a workflow: its graph, its steps as a table, its source, and the tasks that ran it. */

import { useState } from 'preact/hooks';
import type { WorkflowGraph } from '../../diagrams/layout.ts';
import { get, getText } from '../api.ts';
import { type Export, Exports } from '../exports.tsx';
import { Graph } from '../graph/graph.tsx';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo } from '../router.ts';
import { spanText } from '../time.tsx';
import { useLive } from '../use-live.ts';
import { isWait, nameOf, pathOf, sourcePath, type WorkflowStep, type WorkflowView } from './workflow-view.ts';

interface WorkflowProps {
  /** With its namespace, where that is not the default one. */
  readonly name: string;
  readonly version: string;
}

interface Reading {
  readonly workflow: WorkflowView;
  readonly layout: WorkflowGraph;
  /** The file it came as. */
  readonly source: string | null;
}

async function readWorkflow({ name, version }: WorkflowProps, signal: AbortSignal): Promise<Reading> {
  const graph = hrefOf(`/workflows/${encodeURIComponent(name)}/graph`, { version });
  const [workflow, layout] = await Promise.all([
    get<WorkflowView>(pathOf(name, version), { signal }),
    get<WorkflowGraph>(graph, { signal }),
  ]);
  const isFile = workflow.sourceFormat !== null;
  const source = isFile ? await getText(sourcePath(name, version), { signal }) : null;
  return { workflow, layout, source };
}

export function Workflow(props: WorkflowProps) {
  const { name, version } = props;
  const { data, problem } = useLive(pathOf(name, version), (signal) => readWorkflow(props, signal), null);
  const [step, setStep] = useState<string | null>(null);
  if (problem !== null && data === null) return <ProblemNotice problem={problem} />;
  if (data === null) return null;
  const { workflow, layout, source } = data;
  const file = workflow.name;
  const diagram = (format: string): string =>
    hrefOf(`/workflows/${encodeURIComponent(name)}/diagram`, { format, version });
  return (
    <>
      <section class="panel">
        <header>
          <div>
            <h2>
              {name} <span class="muted">{workflow.version}</span>{' '}
              {workflow.current && <span class="chip">current</span>}
            </h2>
            {workflow.description !== '' && <p class="muted">{workflow.description}</p>}
          </div>
          <div class="row">
            <a class="button" href={hrefOf(pathTo.tasks, { name })}>
              Its tasks
            </a>
            <a class="button primary" href={hrefOf(pathTo.submit, { name, version })}>
              Run it
            </a>
          </div>
        </header>
        <div class="drawing">
          <Graph layout={layout} label={`The steps of ${name}`} chosen={step} onChoose={setStep} />
        </div>
      </section>
      <Steps steps={workflow.steps} chosen={step} onChoose={setStep} />
      <Source
        workflow={workflow}
        source={source}
        exports={[
          { label: 'Mermaid', path: diagram('mermaid'), file: `${file}.mmd` },
          { label: 'DOT', path: diagram('dot'), file: `${file}.dot` },
          { label: 'SVG', path: diagram('svg'), file: `${file}.svg` },
        ]}
      />
    </>
  );
}

interface SourceProps {
  readonly workflow: WorkflowView;
  readonly source: string | null;
  readonly exports: readonly Export[];
}

const ENDINGS = { yaml: 'yaml', markdown: 'md' } as const;
const LABELS = { yaml: 'YAML', markdown: 'Markdown' } as const;

/** As it was written, beside what was understood of it. */
function Source({ workflow, source, exports }: SourceProps) {
  const { version, sourceFormat } = workflow;
  const name = nameOf(workflow);
  const json = { label: 'JSON', path: pathOf(name, version), file: `${workflow.name}.json` };
  const file: Export[] =
    sourceFormat === null
      ? []
      : [
          {
            label: LABELS[sourceFormat],
            path: sourcePath(name, version),
            file: `${workflow.name}.${ENDINGS[sourceFormat]}`,
          },
        ];
  return (
    <section class="panel">
      <header>
        <h2>Source</h2>
        <Exports name={name} of={[...file, json, ...exports]} />
      </header>
      <div class="sources">
        {source !== null && <Text label={`${name} as it was written`} text={source} />}
        <Text label={`${name} as JSON`} text={JSON.stringify(workflow, null, 2)} />
      </div>
    </section>
  );
}

function Text({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <section aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre class="source" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}

interface StepsProps {
  readonly steps: readonly WorkflowStep[];
  readonly chosen: string | null;
  readonly onChoose: (step: string) => void;
}

const MOST_SHOWN = 200;

function Steps({ steps, chosen, onChoose }: StepsProps) {
  return (
    <section class="panel">
      <header>
        <h2>Steps</h2>
        <span class="muted">
          {steps.length > MOST_SHOWN ? `the first ${MOST_SHOWN} of ${steps.length}` : steps.length}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Steps in a table">
        <table class="steps">
          <thead>
            <tr>
              <th>Step</th>
              <th>Handler</th>
              <th>After</th>
              <th class="number">Attempts</th>
              <th class="number">Timeout</th>
              <th>Marks</th>
            </tr>
          </thead>
          <tbody>
            {steps.slice(0, MOST_SHOWN).map((step) => (
              <tr
                key={step.name}
                class={step.name === chosen ? 'current' : ''}
                onClick={() => onChoose(step.name)}
              >
                <td>
                  <b>{step.name}</b>
                  {step.description !== undefined && <div class="muted">{step.description}</div>}
                </td>
                <td class={step.work === step.handler ? 'mono' : ''}>{step.work}</td>
                <td class="muted">{step.dependsOn.join(', ')}</td>
                <td class="number">{isWait(step) ? '–' : (step.maxAttempts ?? 'default')}</td>
                <td class="number">{timeoutText(step)}</td>
                <td>
                  {step.critical && <span class="chip">critical</span>}
                  {step.optional && <span class="chip">optional</span>}
                  {step.withinMs !== undefined && <span class="chip">within {spanText(step.withinMs)}</span>}
                  {step.marks.map((mark) => (
                    <span key={mark} class="chip">
                      {mark}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function timeoutText(step: WorkflowStep): string {
  if (isWait(step)) return '–';
  return step.timeoutMs === null ? 'default' : spanText(step.timeoutMs);
}
