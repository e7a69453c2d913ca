import { beforeEach, describe, expect, it } from 'vitest';
import { followSession } from '../../src/app/follow-session.ts';
import { systemClock } from '../../src/base/clock.ts';
import { RtError } from '../../src/base/errors.ts';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { Bus } from '../../src/bus/ports.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry, SessionView } from '../../src/registry/ports.ts';
import { progress, sessionId, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const SESSION = sessionId(1);
const CHANNEL = `transcription-stream:${SESSION}`;
const final = (seq: number): string =>
  JSON.stringify({
    type: 'transcript.final',
    text: `final ${String(seq)}`,
    start: 0,
    end: 1,
    audio_end: 1,
    confidence: 1,
    words: null,
    seq,
  });
const partial = JSON.stringify({
  type: 'transcript.partial',
  text: 'pa',
  start: 0,
  end: 1,
  audio_end: 1,
  stable_chars: 0,
});
const end = (seq: number): string =>
  JSON.stringify({
    type: 'session.end',
    session_id: SESSION,
    total_duration: 1,
    total_speech_duration: 1,
    transcript: '',
    segments: [],
    seq,
  });

let clock: FakeClock;
let registry: Registry;
let bus: Bus;
let session: SessionView;
beforeEach(async () => {
  clock = createFakeClock();
  registry = createMemoryRegistry({ clock });
  bus = createMemoryBus({ clock: systemClock });
  await registry.registration.register(workerInfo('w-1'), 600_000);
  await registry.ledger.reserve(workerId('w-1'), sessionInfo(1), { leaseMs: 600_000 });
  session = (await registry.fleet.session(SESSION)) as SessionView;
});

interface Following {
  readonly seen: string[];
  readonly done: Promise<void>;
}

function follow(changes: { partials?: boolean; signal?: AbortSignal } = {}): Following {
  const seen: string[] = [];
  const done = followSession({
    fleet: registry.fleet,
    bus,
    session,
    channelPrefix: 'transcription-stream:',
    partials: false,
    signal: new AbortController().signal,
    onEvent: ({ message }) =>
      seen.push('seq' in message ? `${message.type} ${String(message.seq)}` : message.type),
    clock,
    ...changes,
  });
  return { seen, done };
}

describe('followSession', () => {
  it('begins with what was said already and ends with the session', async () => {
    await bus.journal.append(SESSION, { seq: 1, json: final(1) });
    const { seen, done } = follow();
    await clock.advance(0);
    await bus.journal.append(SESSION, { seq: 2, json: final(2) });
    await bus.journal.append(SESSION, { seq: 3, json: end(3) });
    await done;
    expect(seen).toEqual(['transcript.final 1', 'transcript.final 2', 'session.end 3']);
  });

  it('brings partials where they are wanted', async () => {
    const { seen, done } = follow({ partials: true });
    await clock.advance(0);
    await bus.channels.publish(CHANNEL, partial);
    await clock.advance(0);
    await bus.journal.append(SESSION, { seq: 1, json: end(1) });
    await done;
    expect(seen).toEqual(['transcript.partial', 'session.end 1']);
  });

  it('ends when the record says the session is over, though nobody wrote its end', async () => {
    await bus.journal.append(SESSION, { seq: 1, json: final(1) });
    const { seen, done } = follow();
    await clock.advance(1_000);
    await registry.ledger.release(progress(1), 'error', 'lease_expired');
    await clock.advance(2_000);
    await done;
    expect(seen).toEqual(['transcript.final 1']);
  });

  it('reads an ended session once', async () => {
    await bus.journal.append(SESSION, { seq: 1, json: final(1) });
    await bus.journal.append(SESSION, { seq: 2, json: end(2) });
    await registry.ledger.release(progress(1), 'ended', 'client');
    session = (await registry.fleet.session(SESSION)) as SessionView;
    const { seen, done } = follow();
    await done;
    expect(seen).toEqual(['transcript.final 1', 'session.end 2']);
  });

  it('[BUS-10] goes on with what is final where Redis grants no subscription', async () => {
    const refused = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new RtError('forbidden', 'no')) }),
    });
    bus = { ...bus, channels: { ...bus.channels, subscribe: refused } };
    const { seen, done } = follow({ partials: true });
    await clock.advance(0);
    await bus.journal.append(SESSION, { seq: 1, json: end(1) });
    await done;
    expect(seen).toEqual(['session.end 1']);
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    const { done } = follow({ signal: controller.signal });
    await clock.advance(0);
    controller.abort(new Error('stop'));
    await expect(done).rejects.toThrow('stop');
  });
});
