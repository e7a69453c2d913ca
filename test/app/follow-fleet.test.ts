import { beforeEach, describe, expect, it } from 'vitest';
import { createTranscriptFeed } from '../../src/app/follow-fleet.ts';
import { RtError } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { Bus } from '../../src/bus/ports.ts';
import type { Followed, TranscriptEvent, TranscriptFeed } from '../../src/client/transcript-feed.ts';
import { sessionId } from '../support/fleet.ts';

const SESSION = sessionId(1);
const OTHER = sessionId(2);
const PREFIX = 'transcription-stream:';

function finalJson(seq: number, changes: Readonly<Record<string, unknown>> = {}): string {
  const final = { text: `final ${seq}`, start: 0, end: 1, audio_end: 1.5, confidence: 0.9, words: null };
  return JSON.stringify({ type: 'transcript.final', ...final, seq, ...changes });
}

function partialJson(text: string): string {
  return JSON.stringify({
    type: 'transcript.partial',
    text,
    start: 0,
    end: 1,
    audio_end: 1,
    stable_chars: 0,
  });
}

let bus: Bus;
let feed: TranscriptFeed;
let stop: AbortController;
beforeEach(() => {
  bus = createMemoryBus({ clock: systemClock });
  feed = createTranscriptFeed({ bus, channelPrefix: PREFIX });
  stop = new AbortController();
});

/** Events of `what` until `enough` of them came; `meanwhile` runs once somebody listens. */
async function heard(
  what: Followed,
  enough: number,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly TranscriptEvent[]> {
  const events: TranscriptEvent[] = [];
  const listening = (async () => {
    for await (const event of feed.follow(what, stop.signal)) {
      events.push(event);
      if (events.length >= enough) stop.abort();
    }
  })();
  await meanwhile();
  await listening;
  return events;
}

describe('what is said in all sessions', () => {
  it('comes from every channel below the prefix, and from no other', async () => {
    const events = await heard('all', 2, async () => {
      await bus.channels.publish(`audio-stream:${SESSION}`, finalJson(1));
      await bus.channels.publish(`${PREFIX}not an id`, finalJson(1));
      await bus.channels.publish(`${PREFIX}${SESSION}`, 'no json');
      await bus.channels.publish(`${PREFIX}${SESSION}`, JSON.stringify({ type: 'from.the.future' }));
      await bus.channels.publish(`${PREFIX}${SESSION}`, partialJson('and th'));
      await bus.channels.publish(`${PREFIX}${OTHER}`, finalJson(4));
    });
    expect(events).toEqual([
      { type: 'partial', sessionId: SESSION, text: 'and th', startS: 0, audioEndS: 1 },
      expect.objectContaining({ type: 'final', sessionId: OTHER, seq: 4, confidence: 0.9 }),
    ]);
  });

  it('takes the prefix for what it is and not for a pattern', async () => {
    feed = createTranscriptFeed({ bus, channelPrefix: 'a[b]*:' });
    const events = await heard('all', 1, async () => {
      await bus.channels.publish(`abx:${OTHER}`, finalJson(1));
      await bus.channels.publish(`a[b]*:${SESSION}`, finalJson(1));
    });
    expect(events).toMatchObject([{ sessionId: SESSION }]);
  });

  it('reads words as far as they are words', async () => {
    const words = [{ word: 'and', start: 0.5 }, null, 'x', { word: 1, start: 2 }];
    const [event] = await heard('all', 1, () =>
      bus.channels.publish(`${PREFIX}${SESSION}`, finalJson(1, { words })),
    );
    expect(event).toMatchObject({ words: [{ word: 'and', startS: 0.5 }] });
  });
});

describe('what is said in one session', () => {
  it('[TOP-32] begins with its journal and goes on with it, and with partials of its channel', async () => {
    for (const seq of [1, 2]) await bus.journal.append(SESSION, { seq, json: finalJson(seq) });
    const events = await heard(SESSION, 4, async () => {
      await bus.channels.publish(PREFIX + OTHER, partialJson('elsewhere'));
      await bus.channels.publish(PREFIX + SESSION, finalJson(3));
      await bus.channels.publish(PREFIX + SESSION, partialJson('here'));
      await bus.journal.append(SESSION, { seq: 3, json: finalJson(3) });
    });
    expect(events.flatMap((event) => (event.type === 'final' ? event.seq : []))).toEqual([1, 2, 3]);
    expect(events.filter(({ type }) => type === 'partial')).toMatchObject([{ text: 'here' }]);
  });

  it('tells what happened to it, and how it ended', async () => {
    const end = { type: 'session.end', session_id: SESSION, transcript: '', segments: [{}] };
    const messages = [
      {
        type: 'session.begin',
        session_id: SESSION,
        protocol: 1,
        model: 'm',
        language: 'en',
        partials: true,
        warnings: [],
        sample_rate: 8000,
        encoding: 'mulaw',
        channels: 1,
        epoch: 2,
      },
      { type: 'vad.speech_start', timestamp: 1.5 },
      { type: 'warning', code: 'failover', message: 'another worker' },
      { ...end, total_duration: 9, total_speech_duration: 4 },
    ];
    for (const [index, message] of messages.entries()) {
      const seq = index + 1;
      await bus.journal.append(SESSION, { seq, json: JSON.stringify({ ...message, seq }) });
    }
    expect(await heard(SESSION, 4)).toEqual([
      { type: 'event', sessionId: SESSION, seq: 1, name: 'session.begin', atS: null, detail: 'm en epoch 2' },
      { type: 'event', sessionId: SESSION, seq: 2, name: 'vad.speech_start', atS: 1.5, detail: '' },
      {
        type: 'event',
        sessionId: SESSION,
        seq: 3,
        name: 'warning',
        atS: null,
        detail: 'failover: another worker',
      },
      {
        type: 'event',
        sessionId: SESSION,
        seq: 4,
        name: 'session.end',
        atS: 9,
        detail: '1 final, 4.0 s of speech',
        outcome: 'ended',
      },
    ]);
  });

  it('asks again while the store does not answer', async () => {
    await bus.journal.append(SESSION, { seq: 1, json: finalJson(1) });
    let refusals = 1;
    const journal: Bus['journal'] = {
      ...bus.journal,
      read: (id, after) =>
        refusals-- > 0
          ? Promise.reject(new RtError('registry_unavailable', 'away'))
          : bus.journal.read(id, after),
    };
    const clock = { ...systemClock, sleep: () => Promise.resolve() };
    feed = createTranscriptFeed({ bus: { ...bus, journal }, channelPrefix: PREFIX, clock });
    expect(await heard(SESSION, 1)).toMatchObject([{ seq: 1 }]);
  });

  it('ends with what no waiting cures', async () => {
    const refusal = new RtError('forbidden', 'no');
    const journal: Bus['journal'] = { ...bus.journal, read: () => Promise.reject(refusal) };
    feed = createTranscriptFeed({ bus: { ...bus, journal }, channelPrefix: PREFIX });
    await expect(heard(SESSION, 1)).rejects.toBe(refusal);
  });
});

describe('finals of a session', () => {
  it('[TOP-35] are all the journal holds, and say whether these are all there were', async () => {
    expect(await feed.finals(SESSION)).toEqual({ finals: [], isWhole: true });
    for (const seq of [1, 2]) await bus.journal.append(SESSION, { seq, json: finalJson(seq) });
    expect(await feed.finals(SESSION)).toMatchObject({ finals: [{ seq: 1 }, { seq: 2 }], isWhole: true });
    await bus.journal.append(OTHER, { seq: 7, json: finalJson(7) });
    expect(await feed.finals(OTHER)).toMatchObject({ finals: [{ seq: 7 }], isWhole: false });
  });
});
