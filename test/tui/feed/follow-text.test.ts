import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { TranscriptEvent, TranscriptFeed } from '../../../src/client/transcript-feed.ts';
import { followedBy } from '../../../src/tui/choice/followed-by.ts';
import { VIEW_NAMES } from '../../../src/tui/choice/screen-name.ts';
import { createUi, withOpened } from '../../../src/tui/choice/ui.ts';
import { saveSubtitles } from '../../../src/tui/export/save-subtitles.ts';
import { createTextFollower, type TextFollower } from '../../../src/tui/feed/text-follower.ts';
import { feedWithoutText, fleetWithoutText } from '../../../src/tui/feed/without-text.ts';
import { hearSession, NO_SESSION_TEXT, type SessionText } from '../../../src/tui/live-text/session-text.ts';
import type { TextAction } from '../../../src/tui/live-text/text-state.ts';
import { createReplayFeed, type ReplayFeed } from '../../../src/tui/recording/replay-feed.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { sessionId } from '../../support/fleet.ts';
import { durable, final, partial, SESSION } from '../live-text/heard.ts';
import { snapshotOf } from '../watched-fleet.ts';
import { watched } from './watched-feed.ts';

const ID = SESSION as SessionId;
let clock: FakeClock;
let feed: ReplayFeed;
let actions: TextAction[];
let looks: string[];
let stop: AbortController;
beforeEach(() => {
  clock = createFakeClock();
  feed = createReplayFeed();
  actions = [];
  looks = [];
  stop = new AbortController();
});

function follower(transcripts: TranscriptFeed): TextFollower {
  return createTextFollower({
    fleet: {
      session: (id) => {
        looks.push(id);
        return Promise.resolve(undefined);
      },
    },
    transcripts,
    clock,
    intervalMs: () => 1000,
    dispatch: (action) => actions.push(action),
    signal: stop.signal,
  });
}

function heard(): readonly TranscriptEvent[][] {
  return actions.flatMap((action) => (action.type === 'heard' ? [[...action.events]] : []));
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is followed', () => {
  it('[TOP-30] is what the screen shows, and nothing elsewhere', async () => {
    const listening = watched(feed);
    const { need } = follower(listening.feed);
    need('all');
    await settled();
    expect(listening.now()).toEqual(['all']);
    need(ID);
    await settled();
    expect(listening.now()).toEqual([ID]);
    need(ID);
    need(undefined);
    await settled();
    expect(listening.now()).toEqual([]);
    expect(listening.ever()).toEqual(['all', ID]);
    need('all');
    stop.abort();
    await settled();
    expect(listening.now()).toEqual([]);
  });

  it('[TOP-42] comes in batches', async () => {
    follower(feed).need('all');
    await settled();
    for (const seq of [1, 2, 3]) feed.say(final(seq));
    await settled();
    expect(heard()).toEqual([]);
    await clock.advance(100);
    expect(heard()).toEqual([[final(1), final(2), final(3)]]);
    feed.say(partial('and'));
    await settled();
    await clock.advance(100);
    expect(heard()[1]).toEqual([partial('and')]);
  });

  it('[TOP-31] asks for the record of the opened session once per interval, and of no other', async () => {
    const { need } = follower(feed);
    need('all');
    await settled();
    expect(looks).toEqual([]);
    need(ID);
    await settled();
    await clock.advance(1000);
    await settled();
    expect(looks).toEqual([ID, ID]);
    need(undefined);
    await settled();
    await clock.advance(5000);
    expect(looks).toHaveLength(2);
  });

  it('goes on while Redis is away, tells a refusal, and fails with what is nobody’s', async () => {
    const failing = (error: Error): TranscriptFeed => ({
      finals: (id) => feed.finals(id),
      follow: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }),
    });
    follower(failing(new RtError('forbidden', 'Redis refuses: no'))).need('all');
    await settled();
    expect(actions).toContainEqual({ type: 'refused', followed: 'all', reason: 'Redis refuses: no' });
    const broken = follower(failing(new TypeError('a defect')));
    broken.need('all');
    await expect(broken.failed).rejects.toThrow('a defect');
  });
});

describe('what a screen needs to hear', () => {
  const audience = { hasRoom: true, hasTranscripts: true };

  it('[TOP-30] is everything for the view of transcripts, one session for its screen, else nothing', () => {
    const needs = VIEW_NAMES.map((view) => [view, followedBy(createUi({ view }), audience)]);
    expect(needs.filter(([, followed]) => followed !== undefined)).toEqual([['transcripts', 'all']]);
    const opened = withOpened(createUi({ view: 'transcripts' }), { kind: 'session', id: ID });
    expect(followedBy(opened, audience)).toBe(ID);
    expect(followedBy(withOpened(opened, { kind: 'worker', id: 'w-1' }), audience)).toBeUndefined();
    expect(followedBy(withOpened(opened, { kind: 'session', id: 'no id' }), audience)).toBeUndefined();
    expect(followedBy(opened, { ...audience, hasRoom: false })).toBeUndefined();
  });

  it('[TOP-47] is no text where texts are left out, though a session still has its events', () => {
    const silent = { ...audience, hasTranscripts: false };
    expect(followedBy(createUi({ view: 'transcripts' }), silent)).toBeUndefined();
    expect(followedBy(withOpened(createUi(), { kind: 'session', id: ID }), silent)).toBe(ID);
  });
});

describe('a fleet without texts', () => {
  it('[TOP-47] says nothing that was said', async () => {
    const silent = feedWithoutText(feed);
    feed.say(final(1, { words: [{ word: 'secret', startS: 1 }], text: 'secret' }));
    const events: TranscriptEvent[] = [];
    const listening = (async () => {
      for await (const event of silent.follow(ID, stop.signal)) events.push(event);
    })();
    feed.say(partial('secret'));
    await settled();
    stop.abort();
    await listening;
    expect(events).toEqual([final(1, { text: '' })]);
    expect((await silent.finals(ID)).finals).toEqual([]);
  });

  it('[TOP-47] has digests without last texts, and everything else in them', async () => {
    const unread = (): never => {
      throw new Error('nobody asks for it');
    };
    const silent = fleetWithoutText({
      workers: unread,
      sessions: unread,
      session: unread,
      events: unread,
      watch: unread,
      snapshot: () => Promise.resolve(new Map([...snapshotOf(), ['worker:odd', 'router on friday']])),
    });
    const digests = [...(await silent.snapshot()).values()].join('\n');
    expect(digests).not.toContain('router on friday');
    expect(digests).toContain('"worker_id":"w-2"');
  });
});

describe('subtitles of a session', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rt-srt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const save = (
    id: string,
    held?: SessionText,
    transcripts: Pick<TranscriptFeed, 'finals'> = feed,
  ): Promise<string> => saveSubtitles({ sessionId: id, transcripts, held, folder });

  it('[TOP-35] are everything final that is kept, in a new file', async () => {
    for (const seq of [1, 2]) feed.say(final(seq));
    const path = await save(SESSION);
    expect(path).toBe(join(folder, `${SESSION}.srt`));
    expect(readFileSync(path, 'utf8')).toMatch(/^1\n00:00:01,000 --> 00:00:01,800\nfinal 1\n\n2\n/);
    expect(await save(SESSION)).toBe(join(folder, `${SESSION}-2.srt`));
  });

  it('[TOP-35] say from where on they begin when the store has let go of the first words', async () => {
    feed.say(final(7, { startS: 75 }));
    expect(await save(SESSION)).toMatch(/\.srt, from 1:15\.0 on: .*no longer kept/);
    await expect(save(sessionId(3))).rejects.toThrow(/nothing to write/);
  });

  it('[TOP-35] hold what the screen does when Redis is away or came back empty', async () => {
    const held = hearSession(NO_SESSION_TEXT, [durable(1, 'session.begin'), final(2), final(3)]);
    const away = { finals: () => Promise.reject(new RtError('registry_unavailable', 'away')) };
    const path = await save(SESSION, held, away);
    expect(path).toBe(join(folder, `${SESSION}.srt`));
    feed.say(final(3, { text: 'as kept' }));
    feed.say(final(4));
    const whole = await save(SESSION, held);
    expect(readFileSync(whole, 'utf8')).toMatch(/final 2[^]*as kept[^]*final 4/);
    expect(whole).not.toContain('no longer');
  });
});
