import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { assertSubject, matches } from '../../src/bus/patterns.ts';
import {
  type Address,
  ANY,
  decodeName,
  encodeName,
  FACTS,
  type FactName,
  RPC_CALLS,
  Subjects,
} from '../../src/bus/subjects.ts';
import type { FactName as ViewFactName } from '../../src/views/tasks.ts';

const subjects = new Subjects();

/** Any text with a UTF-8 form, with what could break a subject made likely. */
const name = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({
    minLength: 1,
    unit: fc.constantFrom(' ', '.', '*', '>', '%', '\r', '\n', '\0', '$', 'é', '🦜', 'a'),
  }),
);
const fact = fc.constantFrom(...FACTS);
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.record({ kind: fc.constant('submit'), tenantId: name }),
  fc.record({ kind: fc.constant('rejected'), tenantId: name }),
  fc.record({ kind: fc.constant('signal'), tenantId: name, name }),
  fc.record({ kind: fc.constant('rpc'), tenantId: name, call: fc.constantFrom(...RPC_CALLS) }),
  fc.record({ kind: fc.constant('rpcOwner'), tenantId: name, call: fc.constantFrom(...RPC_CALLS) }),
  fc.record({ kind: fc.constant('job'), tenantId: name, agent: name, handler: name }),
  fc.record({ kind: fc.constant('outcome'), node: name, tenantId: name, taskId: name, step: name }),
  fc.record({ kind: fc.constant('inputs'), node: name, tenantId: name, taskId: name, step: name }),
  fc.record({ kind: fc.constant('upload'), node: name, tenantId: name, taskId: name, step: name }),
  fc.record({ kind: fc.constant('release'), node: name }),
  fc.record({ kind: fc.constant('taskFact'), tenantId: name, taskId: name, fact }),
  fc.record({ kind: fc.constant('stepFact'), tenantId: name, taskId: name, step: name, fact }),
  fc.record({ kind: fc.constant('channel'), tenantId: name, channel: name }),
  fc.record({ kind: fc.constant('inspect'), tenantId: name, taskId: name }),
);
const invalidName = expect.objectContaining({ kind: 'invalid', code: 'INVALID_NAME' });

describe('a name in a subject', () => {
  it.each([
    ['order-7_A', 'order-7_A'],
    ['a.b', 'a%2Eb'],
    ['a b\r\n', 'a%20b%0D%0A'],
    ['*>%', '%2A%3E%25'],
    ["~!'()", '%7E%21%27%28%29'],
    ['é', '%C3%A9'],
    ['🦜', '%F0%9F%A6%9C'],
  ])('is written byte by byte: %j is %s', (plain, token) => {
    expect(encodeName(plain)).toBe(token);
    expect(decodeName(token)).toBe(plain);
  });

  it('is one token of letters, digits, "_", "-" and %XX, and reads back, whatever it is', () => {
    fc.assert(
      fc.property(name, (plain) => {
        const token = encodeName(plain);
        expect(token).toMatch(/^([A-Za-z0-9_-]|%[0-9A-F]{2})+$/);
        expect(decodeName(token)).toBe(plain);
      }),
    );
  });

  it('cannot be empty', () => {
    expect(() => encodeName('')).toThrow(invalidName);
    expect(() => subjects.of({ kind: 'submit', tenantId: '' })).toThrow(invalidName);
    expect(() => subjects.eventsPattern({ tenantId: '', taskId: ANY })).toThrow(invalidName);
  });

  it('cannot hold half a surrogate pair, which has no bytes of its own', () => {
    for (const half of ['\ud83e', '\udd9c', 'a\udd9c\ud83eb'])
      expect(() => encodeName(half)).toThrow(invalidName);
  });

  it.each(['', 'a b', 'a.b', '%2e', '%41', '%', '%zz', '%C3', '*', '>', 'é'])(
    'is not read from %j, which is not how any name is written',
    (token) => expect(decodeName(token)).toBeNull(),
  );
});

describe('a subject', () => {
  it.each<[string, Address]>([
    ['troupe.submit.acme', { kind: 'submit', tenantId: 'acme' }],
    ['troupe.rejected.acme', { kind: 'rejected', tenantId: 'acme' }],
    ['troupe.signal.acme.paid%20up', { kind: 'signal', tenantId: 'acme', name: 'paid up' }],
    ['troupe.rpc.acme.get', { kind: 'rpc', tenantId: 'acme', call: 'get' }],
    [
      'troupe.jobs.acme.default.charge',
      { kind: 'job', tenantId: 'acme', agent: 'default', handler: 'charge' },
    ],
    [
      'troupe.outcomes.n1.acme.t1.charge',
      { kind: 'outcome', node: 'n1', tenantId: 'acme', taskId: 't1', step: 'charge' },
    ],
    [
      'troupe.inputs.n1.acme.t1.charge',
      { kind: 'inputs', node: 'n1', tenantId: 'acme', taskId: 't1', step: 'charge' },
    ],
    [
      'troupe.uploads.n1.acme.t1.charge',
      { kind: 'upload', node: 'n1', tenantId: 'acme', taskId: 't1', step: 'charge' },
    ],
    [
      'troupe.events.acme.t1.task.complete',
      { kind: 'taskFact', tenantId: 'acme', taskId: 't1', fact: 'complete' },
    ],
    [
      'troupe.events.acme.t1.step.charge%20card.failed',
      { kind: 'stepFact', tenantId: 'acme', taskId: 't1', step: 'charge card', fact: 'failed' },
    ],
    ['troupe.channels.acme.orders', { kind: 'channel', tenantId: 'acme', channel: 'orders' }],
    ['troupe.inspect.acme.t1', { kind: 'inspect', tenantId: 'acme', taskId: 't1' }],
  ])('%s is written and read', (subject, says) => {
    expect(subjects.of(says)).toBe(subject);
    expect(subjects.parse(subject)).toEqual(says);
  });

  it('reads back to the address it was built from, and can be published', () => {
    fc.assert(
      fc.property(address, (says) => {
        const subject = subjects.of(says);
        assertSubject(subject);
        expect(subjects.parse(subject)).toEqual(says);
      }),
    );
  });

  it('differs from every other address’s, so no name reaches another subject', () => {
    fc.assert(
      fc.property(address, address, (one, other) => {
        const same =
          JSON.stringify(subjects.parse(subjects.of(one))) ===
          JSON.stringify(subjects.parse(subjects.of(other)));
        expect(matches(subjects.of(one), subjects.of(other))).toBe(same);
      }),
    );
  });

  it.each([
    '',
    'troupe',
    'troupe.submit',
    'troupe.submit.a.b',
    'troupe.submit.',
    'troupe.submit.a b',
    'troupe.submit.%61',
    'troupe.rpc.acme.drop',
    'troupe.events.acme.t1.task.exploded',
    'troupe.events.acme.t1.tasks.complete',
    'other.submit.acme',
    'troupes.submit.acme',
  ])('is not read from %j', (foreign) => expect(subjects.parse(foreign)).toBeNull());

  it('names the facts that are published, all of them', () => {
    expectTypeOf<FactName>().toEqualTypeOf<ViewFactName>();
  });
});

describe('a pattern of subjects', () => {
  it('asks for one name or any', () => {
    expect(subjects.pattern({ kind: 'job', tenantId: ANY, agent: 'default', handler: 'charge' })).toBe(
      'troupe.jobs.*.default.charge',
    );
    expect(subjects.eventsPattern({ tenantId: 'acme', taskId: ANY })).toBe('troupe.events.acme.*.>');
    expect(subjects.eventsPattern({ tenantId: 'acme', taskId: 't.1' })).toBe('troupe.events.acme.t%2E1.>');
  });

  it('of a tenant’s events takes that tenant’s facts and no other’s', () => {
    fc.assert(
      fc.property(address, name, (says, tenantId) => {
        const isFact = says.kind === 'taskFact' || says.kind === 'stepFact';
        for (const asked of 'tenantId' in says ? [tenantId, says.tenantId] : [tenantId]) {
          const pattern = subjects.eventsPattern({ tenantId: asked, taskId: ANY });
          expect(matches(pattern, subjects.of(says))).toBe(isFact && says.tenantId === asked);
        }
      }),
    );
  });

  it('of a stream takes what its table says is kept there', () => {
    const kept = { submit: 'submit', signals: 'signal', jobs: 'job', outcomes: 'outcome' } as const;
    fc.assert(
      fc.property(address, (says) => {
        for (const stream of ['submit', 'signals', 'jobs', 'outcomes'] as const) {
          expect(matches(subjects.stream(stream).pattern, subjects.of(says))).toBe(
            says.kind === kept[stream],
          );
        }
      }),
    );
    expect(subjects.stream('jobs')).toEqual({ name: 'TROUPE_JOBS', pattern: 'troupe.jobs.>' });
    expect(subjects.stream('signals')).toEqual({ name: 'TROUPE_SIGNALS', pattern: 'troupe.signal.>' });
  });
});

describe('a prefix', () => {
  it('begins every subject and names the streams', () => {
    const other = new Subjects('acme-2');
    const subject = other.of({ kind: 'submit', tenantId: 'x' });
    expect(subject).toBe('acme-2.submit.x');
    expect(other.parse(subject)).toEqual({ kind: 'submit', tenantId: 'x' });
    expect(subjects.parse(subject)).toBeNull();
    expect(other.stream('events').name).toBe('ACME-2_EVENTS');
  });

  it.each(['', 'a.b', 'A', 'a b', '*', '>', '_INBOX'])('cannot be %j', (prefix) => {
    expect(() => new Subjects(prefix)).toThrow(expect.objectContaining({ code: 'INVALID_PREFIX' }));
  });
});
