/** The client of the HTTP section: told how many orders to post, it tells how long they took. */

import { Pool } from 'undici';
import { percentile } from './measure.ts';
import { PAYLOAD } from './order.ts';

export interface ClientReport {
  readonly ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const [, , url = '', connections = '50'] = process.argv;
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 });
const body = JSON.stringify({ name: 'Order', payload: PAYLOAD });
const headers = { 'content-type': 'application/json' };

async function post(): Promise<number> {
  const started = performance.now();
  const answer = await pool.request({ method: 'POST', path: '/tasks', headers, body });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`POST /tasks answers ${answer.statusCode}: ${text}`);
  return performance.now() - started;
}

async function postAll(requests: number): Promise<ClientReport> {
  const times: number[] = [];
  let left = requests;
  const started = performance.now();
  const connection = async (): Promise<void> => {
    while (left-- > 0) times.push(await post());
  };
  await Promise.all(Array.from({ length: Number(connections) }, connection));
  const ms = performance.now() - started;
  return { ms, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}

process.on('message', async ({ requests }: { requests: number }) => {
  process.send?.(await postAll(requests));
});
process.on('disconnect', () => process.exit());
