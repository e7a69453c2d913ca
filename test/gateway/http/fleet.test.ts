import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/bus/ports.ts';
import { createMemoryBus } from '../../../src/bus/memory-bus.ts';
import type { Bus } from '../../../src/bus/ports.ts';
import { createFleetDocuments } from '../../../src/gateway/http/fleet.ts';
import { createMemoryRegistry } from '../../../src/registry/memory-registry.ts';
import type { Registry } from '../../../src/registry/ports.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { progress, sessionId, sessionInfo, workerId, workerInfo } from '../../support/fleet.ts';

const LEASE_MS = 60_000;
const ID = sessionId(1);

let registry: Registry;
let bus: Bus;

beforeEach(async () => {
  const clock = createFakeClock();
  registry = createMemoryRegistry({ clock });
  bus = createMemoryBus({ clock });
  await registry.registration.register(workerInfo('w1', { capacity: 2 }), LEASE_MS);
  await registry.registration.register(workerInfo('w2', { capacity: 1, models: ['accurate'] }), LEASE_MS);
  await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LEASE_MS });
});

async function get(path: string): Promise<{ status: number; body: unknown } | undefined> {
  const documents = createFleetDocuments({ fleet: registry.fleet, journal: bus.journal });
  const answer = await documents(new URL(path, 'http://server'));
  return answer && { status: answer.status, body: JSON.parse(answer.body) as unknown };
}

function final(seq: number, text: string, start: number): JournalEntry {
  const place = { text, start, end: start + 1, audio_end: start + 2, confidence: 1, words: null };
  return { seq, json: JSON.stringify({ type: 'transcript.final', seq, ...place }) };
}

function sessionEnd(seq: number): JournalEntry {
  const segments = [{ start: 0, end: 1, text: 'all of it' }];
  const totals = { total_duration: 3, total_speech_duration: 2 };
  const end = { type: 'session.end', seq, session_id: ID, ...totals, transcript: 'all of it', segments };
  return { seq, json: JSON.stringify(end) };
}

describe('the fleet over HTTP', () => {
  it('says in one document what can still be taken', async () => {
    expect(await get('/v1/realtime/status')).toEqual({
      status: 200,
      body: {
        schema: 'rt.status/v1',
        status: 'available',
        workers: { ready: 2, busy: 0, draining: 0, offline: 0 },
        capacity: 3,
        active_sessions: 1,
        available: 2,
        models: ['accurate', 'fast', 'rt-tiny-en'],
      },
    });
  });

  it('[HTTP-1] counts neither the slots of a worker that drains nor one that is gone', async () => {
    await registry.registration.drain(workerId('w2'));
    expect((await get('/v1/realtime/status'))?.body).toMatchObject({
      status: 'available',
      capacity: 2,
      workers: { ready: 1, draining: 1 },
    });
    await registry.ledger.reserve(workerId('w1'), sessionInfo(2), { leaseMs: LEASE_MS });
    expect((await get('/v1/realtime/status'))?.body).toMatchObject({ status: 'full', available: 0 });
    await registry.registration.deregister(workerId('w1'));
    expect((await get('/v1/realtime/status'))?.body).toMatchObject({ status: 'no_workers', capacity: 0 });
  });

  it('[HTTP-1] counts of a worker that an operator closed only the slots it holds', async () => {
    await registry.control.wishWorker(workerId('w1'), 'cordon');
    expect((await get('/v1/realtime/status'))?.body).toMatchObject({ capacity: 2, available: 1 });
    await registry.control.wishWorker(workerId('w2'), 'drain');
    expect((await get('/v1/realtime/status'))?.body).toMatchObject({
      status: 'full',
      capacity: 1,
      available: 0,
      active_sessions: 1,
    });
  });

  it('lists workers and sessions as the commands print them', async () => {
    expect((await get('/v1/realtime/workers'))?.body).toMatchObject({
      schema: 'rt.workers/v1',
      workers: expect.arrayContaining([expect.objectContaining({ id: 'w1', active_sessions: 1 })]),
    });
    expect((await get('/v1/realtime/sessions'))?.body).toMatchObject({
      schema: 'rt.sessions/v1',
      sessions: [{ id: ID, worker_id: 'w1', status: 'active' }],
    });
    expect((await get(`/v1/realtime/sessions/${ID}`))?.body).toMatchObject({
      schema: 'rt.session/v1',
      session: { id: ID },
    });
  });

  it('[HTTP-3] shows the finals of a session that runs', async () => {
    await bus.journal.append(ID, { seq: 1, json: '{"type":"session.begin","seq":1}' });
    await bus.journal.append(ID, final(2, 'one two', 0));
    await bus.journal.append(ID, final(3, 'three', 2));
    expect((await get(`/v1/realtime/sessions/${ID}/transcript`))?.body).toMatchObject({
      session_id: ID,
      status: 'active',
      text: 'one two three',
      segments: [
        { start: 0, end: 1, text: 'one two' },
        { start: 2, end: 3, text: 'three' },
      ],
      complete: true,
    });
  });

  it('[HTTP-3] says when the beginning of a long session is no longer kept', async () => {
    await bus.journal.append(ID, final(7, 'late', 9));
    expect((await get(`/v1/realtime/sessions/${ID}/transcript`))?.body).toMatchObject({
      text: 'late',
      complete: false,
    });
  });

  it('[HTTP-3] takes the end of a session for the whole of it', async () => {
    await bus.journal.append(ID, final(7, 'of it', 9));
    await bus.journal.append(ID, sessionEnd(8));
    await registry.ledger.release(progress(1), 'ended', 'end');
    expect((await get(`/v1/realtime/sessions/${ID}/transcript`))?.body).toMatchObject({
      status: 'ended',
      text: 'all of it',
      complete: true,
    });
  });

  it.each(['sess_xyz', 'sess_00000000000G', '..%2f..', 'sess_0000000000011'])(
    '[HTTP-2] refuses the id %s before it becomes a key',
    async (id) => {
      expect(await get(`/v1/realtime/sessions/${id}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_parameters' } },
      });
    },
  );

  it('[HTTP-2] answers 404 for a session nobody knows, and for one that wrote nothing yet', async () => {
    const unknown = { status: 404, body: { error: { code: 'not_found' } } };
    expect(await get(`/v1/realtime/sessions/${sessionId(9)}`)).toMatchObject(unknown);
    expect(await get(`/v1/realtime/sessions/${ID}/transcript`)).toMatchObject(unknown);
  });

  it.each(['/', '/v1/realtime', '/v1/realtime/', '/v1/realtime/nothing', '/v1/realtime/workers/w1/x/y'])(
    'leaves %s to others',
    async (path) => {
      expect(await get(path)).toBeUndefined();
    },
  );
});
