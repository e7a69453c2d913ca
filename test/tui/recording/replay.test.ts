import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { Followed, TranscriptEvent } from '../../../src/client/transcript-feed.ts';
import { openRecording, type Recording } from '../../../src/tui/recording/read-recording.ts';
import { createReplay, lastOf } from '../../../src/tui/recording/replay.ts';
import { createReplayClock } from '../../../src/tui/recording/replay-clock.ts';
import { createReplayFeed } from '../../../src/tui/recording/replay-feed.ts';
import { type Action, initialState, reduce } from '../../../src/tui/state/store.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { sessionId } from '../../support/fleet.ts';
import { durable, final, partial, SESSION } from '../live-text/heard.ts';
import { FAILOVER } from './replayed.ts';

const AT = new Date('2026-01-31T14:00:00.000Z');

function recordingOf(tMs: readonly number[]): Recording {
  async function* entries(): Recording['entries'] {
    for (const at of tMs)
      yield await Promise.resolve({ tMs: at, fact: { type: 'outage', reason: `at ${at}` } as const });
    yield { type: 'over', isWhole: false, notice: 'over' };
  }
  return { header: { at: AT, version: '', target: '', hasText: true }, entries: entries() };
}

describe('a replay', () => {
  it.each([1, 4])('[TOP-54] goes %i times as fast as it was recorded', async (speed) => {
    const real = createFakeClock();
    const actions: Action[] = [];
    const replay = createReplay(recordingOf([0, 1000, 4000]), { real, speed });
    const begunMs = replay.clock.nowMs();
    const playing = replay.play((action) => actions.push(action), new AbortController().signal);
    const reasons = (): readonly string[] =>
      actions.flatMap((action) => (action.type === 'failed' ? action.reason : []));
    await expect.poll(() => real.sleepers()).toBe(1);
    await real.advance(1000 / speed);
    await expect.poll(reasons).toEqual(['at 0', 'at 1000']);
    await real.advance(3000 / speed);
    await playing;
    expect(reasons()).toEqual(['at 0', 'at 1000', 'at 4000']);
    expect(actions.find(({ type }) => type === 'failed')).toMatchObject({ atMs: begunMs });
    expect(replay.clock.date()).toEqual(new Date(AT.getTime() + 4000));
  });

  it('[TOP-55] stands still when it is over, and says why', async () => {
    const real = createFakeClock();
    const actions: Action[] = [];
    const replay = createReplay(recordingOf([]), { real, speed: 1 });
    await replay.play((action) => actions.push(action), new AbortController().signal);
    expect(actions).toEqual([{ type: 'remarked', remark: 'over' }]);
    const standsAtMs = replay.clock.nowMs();
    await real.advance(60_000);
    expect(replay.clock.nowMs()).toBe(standsAtMs);
  });

  it('ends with the signal in the middle of a rest', async () => {
    const stop = new AbortController();
    const replay = createReplay(recordingOf([60_000]), { real: systemClock, speed: 1 });
    const playing = replay.play(() => undefined, stop.signal);
    stop.abort();
    await playing;
  });

  it('[TOP-54] shows of a real failover what the monitor showed', async () => {
    const real = createFakeClock();
    let state = initialState(real.nowMs());
    const replay = createReplay(await openRecording(FAILOVER), { real, speed: 1 });
    const playing = replay.play((action) => {
      state = reduce(state, action);
    }, new AbortController().signal);
    while (state.remark === '') {
      await expect.poll(() => real.sleepers() > 0 || state.remark !== '').toBe(true);
      await real.advance(1000);
    }
    await playing;
    const view = viewOf(state, replay.clock.nowMs());
    expect(view.workers.map(({ id, state: word }) => `${id} ${word}`)).toEqual(['w-1 READY', 'w-2 LOST']);
    expect(view.totals).toMatchObject({ active: 0, failovers: 2 });
    expect(await replay.fleet.session(sessionId(1))).toMatchObject({ status: 'ended', failovers: 1 });
    const { finals, isWhole } = await replay.transcripts.finals(sessionId(1));
    expect(
      finals
        .map(({ text }) => text)
        .join(' ')
        .split(' ')
        .map(Number),
    ).toEqual(Array.from({ length: 43 }, (_, word) => word));
    expect(isWhole).toBe(true);
  });

  it('[TOP-57] is known from its last line on, for who has no terminal', async () => {
    const { state, date, notice } = await lastOf(await openRecording(FAILOVER));
    expect(viewOf(state, state.sampledAtMs).workers).toHaveLength(2);
    expect(notice).toBe('');
    expect(date.toISOString()).toMatch(/^2026-/);
  });
});

describe('the clock of a replay', () => {
  it('runs from the time of the recording, at its speed', async () => {
    const real = createFakeClock();
    const clock = createReplayClock({ real, at: AT, speed: 0.5 });
    const begunMs = clock.nowMs();
    let hasArrived = false;
    const running = clock.runTo(begunMs + 1000, new AbortController().signal).then(() => {
      hasArrived = true;
    });
    await real.advance(1999);
    expect(hasArrived).toBe(false);
    expect(clock.nowMs() - begunMs).toBe(999.5);
    await real.advance(1);
    await running;
    expect(clock.date()).toEqual(new Date(AT.getTime() + 1000));
  });

  it('[TOP-54] waits for what is late to be shown, and catches nothing up', async () => {
    const real = createFakeClock();
    const clock = createReplayClock({ real, at: AT, speed: 1 });
    const begunMs = clock.nowMs();
    const { signal } = new AbortController();
    await real.advance(5000);
    expect(clock.nowMs()).toBe(begunMs);
    const first = clock.runTo(begunMs + 100, signal);
    await real.advance(7000);
    await first;
    expect(clock.nowMs()).toBe(begunMs + 100);
    const second = clock.runTo(begunMs + 1100, signal);
    await real.advance(400);
    expect(clock.nowMs()).toBe(begunMs + 500);
    await real.advance(600);
    await second;
  });
});

describe('the text of a replay', () => {
  async function following(
    what: Followed,
    say: readonly TranscriptEvent[],
  ): Promise<readonly TranscriptEvent[]> {
    const feed = createReplayFeed();
    const stop = new AbortController();
    const events: TranscriptEvent[] = [];
    feed.say(final(2));
    feed.say(partial('gone by'));
    feed.say(final(1));
    feed.say(final(1, { sessionId: sessionId(2) }));
    const listening = (async () => {
      for await (const event of feed.follow(what, stop.signal)) events.push(event);
    })();
    for (const event of say) feed.say(event);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await listening;
    return events;
  }

  it('of one session begins with what was said before, in order and once', async () => {
    const events = await following(SESSION as SessionId, [
      final(2),
      durable(3, 'warning'),
      partial('now'),
      final(4, { sessionId: sessionId(2) }),
    ]);
    expect(events).toEqual([final(1), final(2), durable(3, 'warning'), partial('now')]);
  });

  it('of all sessions is what is said from now on', async () => {
    expect(await following('all', [final(2), partial('now')])).toEqual([partial('now')]);
  });
});
