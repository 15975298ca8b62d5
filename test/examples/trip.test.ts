/** A trip without a car gives back its bookings in order, each once, whenever the server is killed. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { StepView, TaskView } from '../../src/views/tasks.ts';
import { type Server, startServer } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';
import { readmeCommand } from './readme-command.ts';

const README = 'examples/trip/README.md';

const command = (part: string, id = ''): string[] => readmeCommand(README, part, { ID: id });

/** The answer to a cancellation takes `answerMs`. */
const agency = (cwd: string, answerMs = 0): Promise<Server> =>
  startServer([...command('troupe dev'), '--port', '0'], { cwd, env: { TRIP_ANSWER_MS: `${answerMs}` } });

const submitted = async (server: Server, to: string): Promise<string> =>
  (await server.troupe(...command(`"to": "${to}"`))).stdout.trim();

const taskOf = async (server: Server, id: string): Promise<TaskView> =>
  (await (await fetch(`${server.url}/tasks/${id}`)).json()) as TaskView;

const stepOf = async (server: Server, id: string, name: string): Promise<StepView | undefined> =>
  (await taskOf(server, id)).steps.find((step) => step.name === name);

const becomes = (server: Server, id: string, status: string): Promise<void> =>
  expect.poll(async () => (await taskOf(server, id)).status, { timeout: 30_000 }).toBe(status);

const line = z.object({ key: z.string(), did: z.string() });

/** The books of hotel, airline and car rental say what was done, and for which step. */
function books(cwd: string): string[] {
  const file = join(cwd, '.troupe/trip.jsonl');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .trim()
    .split('\n')
    .flatMap((each) => (each === '' ? [] : [line.parse(JSON.parse(each))]))
    .map(({ key, did }) => `${did} ${key.replace(/^.*\//, '')}`);
}

const BOOKED = ['booked flight', 'booked hotel', 'booked seat'];
const GIVEN_BACK = [
  'given back flight.compensation',
  'given back hotel.compensation',
  'given back seat.compensation',
];

async function hasGivenBack(server: Server, id: string, cwd: string): Promise<void> {
  await becomes(server, id, 'failed');
  const { compensation, compensated } = await taskOf(server, id);
  expect({ compensation, compensated }).toEqual({
    compensation: { done: 3, total: 3, failed: 0 },
    compensated: true,
  });
  expect(books(cwd).sort()).toEqual([...BOOKED, ...GIVEN_BACK]);
  const { text } = z.object({ text: z.string() }).parse((await stepOf(server, id, 'tell_traveller'))?.output);
  expect(text).toBe('your trip to Venice is off: Venice has no cars. Given back: hotel, flight, seat.');
}

async function kill(server: Server): Promise<void> {
  server.child.kill('SIGKILL');
  await server.exit;
}

describe('the trip', { timeout: 60_000 }, () => {
  it('is booked where there are cars, and nothing is given back', async () => {
    const cwd = temporaryFolder();
    const server = await agency(cwd);
    const id = await submitted(server, 'Rome');
    await becomes(server, id, 'complete');
    expect(books(cwd).sort()).toEqual(['booked car', ...BOOKED]);
    expect(await taskOf(server, id)).toMatchObject({ compensation: null, compensated: false });
  });

  it('is given back without a car: the seat before its flight, and the airline is asked twice', async () => {
    const cwd = temporaryFolder();
    const server = await agency(cwd);
    const id = await submitted(server, 'Venice');
    const watching = server.troupe(...command('tasks watch', id));
    await hasGivenBack(server, id, cwd);
    // It may come too late for all but the end.
    expect((await watching).stderr).toContain('Venice has no cars');
    expect((await server.troupe(...command('tasks show', id))).stdout).toContain('flight.compensation');
    const order = books(cwd);
    expect(order.indexOf('given back seat.compensation')).toBeLessThan(
      order.indexOf('given back flight.compensation'),
    );
    expect(await stepOf(server, id, 'flight.compensation')).toMatchObject({ attempt: 2, status: 'complete' });
    expect(await stepOf(server, id, 'car.compensation')).toMatchObject({ status: 'skipped' });
  });

  it('goes on giving back after kill -9 while the airline is busy', async () => {
    const cwd = temporaryFolder();
    const before = await agency(cwd);
    const id = await submitted(before, 'Venice');
    await expect.poll(async () => (await stepOf(before, id, 'flight.compensation'))?.status).toBe('retrying');
    await kill(before);
    const after = await agency(cwd);
    await hasGivenBack(after, id, cwd);
    expect(await stepOf(after, id, 'flight.compensation')).toMatchObject({ attempt: 2 });
  });

  it('gives back once though kill -9 comes between the cancellation and its answer', async () => {
    const cwd = temporaryFolder();
    const before = await agency(cwd, 600_000);
    const id = await submitted(before, 'Venice');
    await expect.poll(() => books(cwd).filter((did) => did.startsWith('given back'))).toHaveLength(2);
    await kill(before);
    await hasGivenBack(await agency(cwd), id, cwd);
  });
});
