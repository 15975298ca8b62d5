/** Every registered workflow and version, and one of them in full. */

import { get } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo, useRoute } from '../router.ts';
import { useLive } from '../use-live.ts';
import { Workflow } from './workflow.tsx';
import { nameOf, versionsOf, type WorkflowSummary } from './workflow-view.ts';
import './workflows.css';

export function WorkflowsPage({ name }: { readonly name: string | undefined }) {
  const { query } = useRoute();
  const { data, problem } = useLive(
    'workflows',
    (signal) => get<{ workflows: WorkflowSummary[] }>('/workflows', { signal }),
    null,
  );
  const families = familiesOf(data?.workflows ?? []);
  const asked = name ?? families[0]?.name;
  const versions = asked === undefined ? [] : versionsOf(asked, data?.workflows ?? []);
  const [first] = versions;
  const shown = first === undefined ? asked : nameOf(first);
  const version = query['version'] ?? versions.find(({ current }) => current)?.version;
  return (
    <div class="stack">
      <h1>Workflows</h1>
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {data !== null && families.length === 0 && <NoWorkflows />}
      {families.length > 0 && (
        <div class="sided">
          <nav class="panel side" aria-label="Workflows">
            {families.map((family) => (
              <a
                key={family.name}
                href={pathTo.workflow(family.name)}
                aria-current={family.name === shown ? 'page' : undefined}
              >
                <b>{family.name}</b>
                <span class="muted">
                  {family.versions.length > 1
                    ? `${family.versions.length} versions`
                    : family.versions[0]?.version}
                </span>
              </a>
            ))}
          </nav>
          <div class="stack">
            {shown !== undefined && versions.length > 1 && (
              <nav class="tabs" aria-label="Versions">
                {versions.map((one) => (
                  <a
                    key={one.version}
                    href={hrefOf(pathTo.workflow(shown), { version: one.version })}
                    aria-current={one.version === version ? 'page' : undefined}
                  >
                    {one.version}
                    {one.current && <span class="chip">current</span>}
                  </a>
                ))}
              </nav>
            )}
            {shown !== undefined && version !== undefined && (
              <Workflow key={`${shown} ${version}`} name={shown} version={version} />
            )}
            {shown !== undefined && version === undefined && (
              <div class="empty">
                <h2>No workflow is called {shown}</h2>
                <p>If several are, choose one from the list: its namespace tells which.</p>
              </div>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

interface Family {
  /** With its namespace, where that is not the default one. */
  readonly name: string;
  readonly versions: WorkflowSummary[];
}

function familiesOf(workflows: readonly WorkflowSummary[]): Family[] {
  const families = new Map<string, Family>();
  for (const workflow of workflows) {
    const name = nameOf(workflow);
    const family = families.get(name) ?? { name, versions: [] };
    family.versions.push(workflow);
    families.set(name, family);
  }
  return [...families.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function NoWorkflows() {
  return (
    <div class="panel empty">
      <h2>No workflow is registered</h2>
      <p>
        <a href={pathTo.submit}>Run an example</a>, which registers one, or <code>POST /workflows</code> a
        file of yours.
      </p>
    </div>
  );
}
