import { describe, expect, it } from 'vitest';
import { awaitEnds, END_REASON, findSessions } from '../../src/app/end-sessions.ts';
import { exportSession, renderTranscript } from '../../src/app/export-session.ts';
import { createMemoryCluster } from '../../src/app/memory-cluster.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import {
  GATEWAY,
  progress,
  renewal,
  sessionId,
  sessionInfo,
  workerId,
  workerInfo,
} from '../support/fleet.ts';

const ID = sessionId(1);

/** One session that runs and has said two things, a control character among them. */
async function open() {
  const clock = createFakeClock();
  const { registry, bus } = createMemoryCluster(clock);
  await registry.registration.register(workerInfo('w1'), 1e9);
  await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: 1e9 });
  const say = (seq: number, event: object) =>
    bus.journal.append(ID, { seq, json: JSON.stringify({ seq, ...event }) });
  const final = (text: string, start: number) => ({
    ...{ type: 'transcript.final', text, start, end: start + 1, audio_end: start + 1 },
    ...{ confidence: 1, words: null },
  });
  await say(1, final('good morning', 0));
  await say(2, final('all \u001b[31mof you', 2));
  return { clock, registry, bus, say };
}

describe('exporting a session', () => {
  it('[CTL-14] that runs gives what it has said so far, as text without control characters', async () => {
    const document = await exportSession(await open(), ID);
    expect(document).toMatchObject({ schema: 'rt.transcript/v1', status: 'active', complete: true });
    expect(renderTranscript(document, 'txt')).toBe('good morning\nall of you\n');
    expect(JSON.parse(renderTranscript(document, 'json'))).toEqual(document);
    expect(renderTranscript(document, 'srt')).toMatch(
      /^1\n00:00:00,000 --> 00:00:01,000\ngood morning\n\n2\n/,
    );
    expect(renderTranscript(document, 'vtt')).toMatch(/^WEBVTT\n\n00:00:00\.000 --> /);
  });

  it('[CTL-14] that has ended gives all that its end says, however little of it is kept', async () => {
    const cluster = await open();
    const segments = [{ start: 0, end: 1, text: 'everything' }];
    await cluster.say(9, {
      ...{ type: 'session.end', session_id: ID, total_duration: 3, total_speech_duration: 2 },
      ...{ transcript: 'everything', segments },
    });
    await cluster.registry.ledger.release(progress(1), 'ended', 'completed');
    const document = await exportSession(cluster, ID);
    expect(document).toMatchObject({ status: 'ended', segments, complete: true });
  });

  it('[CTL-11] that nobody knows is refused, also when it cannot be a session', async () => {
    const cluster = await open();
    for (const id of [sessionId(2), 'sess_', '*']) {
      await expect(exportSession(cluster, id)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('ending sessions', () => {
  it('[CTL-11] names the session that was probably meant', async () => {
    const { registry } = await open();
    await expect(findSessions(registry.fleet, [ID, `${ID.slice(0, -1)}2`])).rejects.toMatchObject({
      code: 'not_found',
      hint: `Did you mean ${ID}? List them with: rt sessions list`,
    });
  });

  it('[CTL-8] waits until the records say so, and gives them', async () => {
    const { clock, registry } = await open();
    const sessions = await findSessions(registry.fleet, [ID, ID]);
    const parts = { fleet: registry.fleet, sessions, clock, signal: new AbortController().signal };
    const late = expect(awaitEnds({ ...parts, timeoutMs: 1000 })).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(1000);
    await late;
    await registry.control.endSession(ID, END_REASON);
    const ended = awaitEnds({ ...parts, timeoutMs: 30_000 });
    const { unwanted } = await registry.ledger.renew(GATEWAY, [renewal(1, 'w1')], 1e9);
    await registry.ledger.release(progress(1), 'ended', unwanted[0]?.reason ?? '');
    await clock.advance(1000);
    expect(await ended).toMatchObject([{ id: ID, status: 'ended', endReason: END_REASON }]);
  });
});
