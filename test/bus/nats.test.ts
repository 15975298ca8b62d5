import { afterAll, beforeAll } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { TestNats } from '../nats-server.ts';
import { busContract } from './contract.ts';

/** It may have to be installed first. */
const INSTALL_TIMEOUT_MS = 300_000;

let server: TestNats;

beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

busContract('the NATS bus', (options) => connectNats({ ...options, url: server.url, name: 'contract' }));
