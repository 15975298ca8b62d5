/** The server itself: does it take work, what carries its messages, who works for it. */

import type { ServerView, WorkerView } from '../../views/overview.ts';

export function ServerPanel({ server }: { readonly server: ServerView }) {
  const { ready, reason, nats, workers, store } = server;
  return (
    <div class="charts">
      <section class="panel">
        <header>
          <h2>Workers</h2>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard */}
        <section class="scroll" tabIndex={0} aria-label="Workers in a table">
          <table>
            <thead>
              <tr>
                <th>Worker</th>
                <th class="number">Running</th>
                <th>Handlers</th>
              </tr>
            </thead>
            <tbody>
              {workers.map((worker) => (
                <WorkerRow key={worker.name} worker={worker} />
              ))}
            </tbody>
          </table>
        </section>
      </section>
      <section class="panel">
        <header>
          <h2>Server</h2>
        </header>
        <dl class="facts body">
          <dt>Takes work</dt>
          <dd class={ready ? '' : 'is-failed'}>{ready ? 'yes' : `no: ${reason ?? 'not ready'}`}</dd>
          <dt>NATS</dt>
          <dd class={nats?.connected === false ? 'is-failed' : ''}>{natsText(nats)}</dd>
          <dt>Store</dt>
          <dd>
            <code>{store.path}</code> {megabytes(store.bytes)}
          </dd>
        </dl>
      </section>
    </div>
  );
}

function WorkerRow({ worker: { name, handlers, running } }: { readonly worker: WorkerView }) {
  return (
    <tr>
      <td class="worker">{name}</td>
      <td class="number">{running}</td>
      <td>
        <span class="row handlers">
          {handlers.map((handler) => (
            <span key={handler} class="chip">
              {handler}
            </span>
          ))}
        </span>
      </td>
    </tr>
  );
}

function natsText(nats: ServerView['nats']): string {
  if (nats === null) return 'not used: messages stay in this process';
  return nats.connected
    ? `connected to ${nats.server ?? 'a server'}`
    : 'not connected: what is for others waits';
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
