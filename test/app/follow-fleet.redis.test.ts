/** Rights and losses of a real Redis. */
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTranscriptFeed } from '../../src/app/follow-fleet.ts';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { DEFAULT_PREFIX } from '../../src/registry/keys.ts';
import type { TranscriptEvent, TranscriptFeed } from '../../src/client/transcript-feed.ts';
import { sessionId } from '../support/fleet.ts';
import { populate } from '../support/populate.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const SESSION = sessionId(0);
const CHANNELS = 'transcription-stream:';

/** The line of docs/top.md, in its words. */
function documentedRights(): readonly string[] {
  const line = /^ACL SETUSER (.+)$/m.exec(readFileSync('docs/top.md', 'utf8'))?.[1] ?? '';
  return line.replace('>PASSWORD', '>secret').split(' ');
}

function finalJson(seq: number): string {
  const final = { text: `final ${seq}`, start: 0, end: 1, audio_end: 1, confidence: 1, words: null };
  return JSON.stringify({ type: 'transcript.final', ...final, seq });
}

describe.skipIf(!hasRedis)('a monitor of a real Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let owner: Cluster;
  let cluster: Cluster;
  let stop: AbortController;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    stop = new AbortController();
    admin = new Redis(server.url, { protocol: 2 });
    owner = await open(server.url);
    (await populate(owner.registry, { workers: 1, sessions: 1 })).stop();
    await owner.bus.journal.append(SESSION, { seq: 1, json: finalJson(1) });
  });
  afterEach(async () => {
    stop.abort();
    await cluster.stop();
    await owner.stop();
    await admin.flushall();
    admin.disconnect();
  });

  function open(url: string): Promise<Cluster> {
    return openRegistry({ redisUrl: url, prefix: DEFAULT_PREFIX, connectTimeoutMs: 2000, name: 'test' });
  }

  async function openAs(...changes: readonly string[]): Promise<TranscriptFeed> {
    const [name = '', ...rights] = documentedRights();
    await admin.call('ACL', 'SETUSER', name, 'reset', ...rights, ...changes);
    cluster = await open(server.url.replace('redis://', `redis://${name}:secret@`));
    return createTranscriptFeed({ bus: cluster.bus, channelPrefix: CHANNELS });
  }

  /** Resolves with what comes first that `wanted` lets through; something is said until then. */
  async function first(
    events: AsyncIterable<TranscriptEvent>,
    wanted: (event: TranscriptEvent) => boolean,
  ): Promise<TranscriptEvent | undefined> {
    const partial = { text: 'and th', start: 0, end: 1, audio_end: 9, stable_chars: 0 };
    const json = JSON.stringify({ type: 'transcript.partial', ...partial });
    const speaking = setInterval(() => void owner.bus.channels.publish(CHANNELS + SESSION, json), 20);
    try {
      for await (const event of events) if (wanted(event)) return event;
      return undefined;
    } finally {
      clearInterval(speaking);
    }
  }

  it('[TOP-45] needs no more rights than the documented ones, and can do nothing else with them', async () => {
    const feed = await openAs();
    const { fleet } = cluster.registry;
    expect(await fleet.workers()).toHaveLength(1);
    expect((await fleet.snapshot()).size).toBe(2);
    expect((await fleet.session(SESSION))?.status).toBe('active');
    expect((await fleet.events(10)).map(({ type }) => type)).toContain('session.started');
    for await (const { type } of fleet.watch(stop.signal, 1)) {
      expect(type).toBe('session.started');
      break;
    }
    expect((await feed.finals(SESSION)).finals).toHaveLength(1);
    const isPartial = ({ type }: TranscriptEvent): boolean => type === 'partial';
    expect(await first(feed.follow('all', stop.signal), isPartial)).toMatchObject({ text: 'and th' });
    expect(await first(feed.follow(SESSION, stop.signal), isPartial)).toMatchObject({ text: 'and th' });
    await expect(
      cluster.registry.ledger.release(
        { id: SESSION, epoch: 1, audioDuration: 0, committed: 0 },
        'ended',
        'test',
      ),
    ).rejects.toThrow(/permission/);
    await expect(cluster.bus.channels.publish(CHANNELS + SESSION, 'x')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('[TOP-46] [BUS-10] without the right to subscribe the view is refused with the reason, and a session has its finals', async () => {
    const feed = await openAs('resetchannels');
    await expect(first(feed.follow('all', stop.signal), () => true)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('channels'),
    });
    const events: TranscriptEvent[] = [];
    for await (const event of feed.follow(SESSION, stop.signal)) {
      events.push(event);
      if (events.length === 2) break;
    }
    expect(events.find(({ type }) => type === 'final')).toMatchObject({ seq: 1 });
    expect(events.find(({ type }) => type === 'limited')).toMatchObject({
      reason: expect.stringContaining('channels'),
    });
    expect(await cluster.registry.fleet.workers()).toHaveLength(1);
  });

  it('[TOP-32] a Redis that was away makes finals late, and none is missing', async () => {
    const feed = await openAs();
    const seqs: number[] = [];
    const following = (async () => {
      for await (const event of feed.follow(SESSION, stop.signal)) {
        if (event.type !== 'final') continue;
        seqs.push(event.seq);
        if (event.seq === 1) await admin.call('CLIENT', 'KILL', 'USER', documentedRights()[0] ?? '');
        if (event.seq < 3)
          await owner.bus.journal.append(SESSION, { seq: event.seq + 1, json: finalJson(event.seq + 1) });
        else return;
      }
    })();
    await following;
    expect(seqs).toEqual([1, 2, 3]);
  });
});
