/** What operators do to a cluster of beacon workers under calls: nobody on the line may lose a word by it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBeaconAudio } from '../../src/audio/beacon/beacon-audio.ts';
import { SAMPLE_RATE } from '../../src/audio/frame.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, type RtServer, runRt, startRtServer } from '../support/rt-process.ts';
import { connectStream, type TestClient, type Told } from '../support/stream-client.ts';

/** Commands are processes, and the machine may be busy. */
const PATIENCE_MS = 90_000;
const CHUNK_MS = 100;
/** Each call says more than so many. */
const LEAST_WORDS = 3;
const CHUNK_SAMPLES = (SAMPLE_RATE * CHUNK_MS) / 1000;

const { pcm, words } = makeBeaconAudio({
  ...{ seed: 3, firstId: 1, durationMs: 120_000 },
  utteranceWords: { least: 1, most: 4 },
});

/** Somebody who speaks at the pace of speech until told to stop. */
interface Caller {
  readonly client: TestClient;
  readonly id: string;
  /** Ends the call; answers what was said, and what of it was heard. */
  hangUp(): Promise<{ readonly said: readonly string[]; readonly heard: readonly string[] }>;
}

function heardIn(told: readonly Told[]): readonly string[] {
  return told
    .filter(({ type }) => type === 'transcript.final')
    .flatMap(({ text }) => String(text).split(' '));
}

/** What a client hears when it does notice that its session moves; a busy gateway may warn of other things. */
function isOfMove({ type, code }: Told): boolean {
  return type === 'goaway' || code === 'failover';
}

async function call(url: string): Promise<Caller> {
  const client = await connectStream(url);
  const { session_id: id } = await client.heard('session.begin');
  const over = new AbortController();
  let sent = 0;
  const speaking = (async () => {
    for await (const _ of every(CHUNK_MS)) {
      if (over.signal.aborted || !client.socket.isOpen || sent >= pcm.length) return;
      client.send(new Uint8Array(pcm.slice(sent, sent + CHUNK_SAMPLES).buffer));
      sent += CHUNK_SAMPLES;
    }
  })();
  const saidWords = (): readonly string[] =>
    words.filter(({ endSample }) => endSample <= sent).map((word) => String(word.id));
  return {
    client,
    id: String(id),
    async hangUp() {
      // However quick all else was: a call of no words could lose none.
      for await (const _ of every(CHUNK_MS)) if (saidWords().length > LEAST_WORDS) break;
      over.abort();
      await speaking;
      client.send({ type: 'end' });
      await client.closed;
      return { said: saidWords(), heard: heardIn(client.told) };
    },
  };
}

describe.skipIf(!hasRedis)('an operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-operators-'));
  const servers: RtServer[] = [];
  const workers = new Map<string, RtServer>();
  let redis: RedisServer;
  let gateway: RtServer;
  let environment: Record<string, string>;

  const rt = (...args: string[]): Promise<Finished> => runRt(args, environment);
  const document = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await rt(...args, '--json')).stdout) as Record<string, unknown>;
  const startServer = async (...args: string[]): Promise<RtServer> => {
    const server = await startRtServer(args, environment);
    servers.push(server);
    return server;
  };
  const startWorker = async (id: string): Promise<void> => {
    const args = ['worker', '--engine', 'beacon', '--listen', '127.0.0.1:0', '--capacity', '8'];
    workers.set(id, await startServer(...args, '--id', id, '--heartbeat', '500ms'));
  };

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const listen = ['--listen', '127.0.0.1:0'];
    // One after the other: when one does not start, all that did are ended.
    gateway = await startServer('gateway', ...listen, '--allow-unpaced');
    for (const id of ['w1', 'w2']) await startWorker(id);
  }, PATIENCE_MS);
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it(
    '[CTL-4] [CTL-13] [FLO-12] drains a worker under four calls, which lose nothing and hear nothing of it',
    async () => {
      // One after the other, so that each worker gets two.
      const callers: Caller[] = [];
      for (let count = 0; count < 4; count += 1) callers.push(await call(gateway.ready.url));
      await Promise.all(callers.map(({ client }) => client.heard('transcript.final')));
      expect((await document('workers', 'show', 'w1'))['sessions']).toHaveLength(2);
      const { code, stdout, stderr } = await rt('workers', 'drain', 'w1', '--wait');
      expect([code, stdout]).toEqual([0, 'w1: asked to drain, with 2 sessions\nw1: has left\n']);
      expect(stderr).toMatch(/^w1: \d sessions? left$/m);
      expect(await workers.get('w1')?.finished).toMatchObject({ code: 0 });
      for (const caller of callers) {
        const { said, heard } = await caller.hangUp();
        expect(said.length).toBeGreaterThan(LEAST_WORDS);
        expect(heard.slice(0, said.length)).toEqual(said);
        expect(caller.client.told.filter(isOfMove)).toEqual([]);
        expect(await caller.client.closed).toMatchObject({ code: 1000 });
      }
      await startWorker('w1');
      expect((await document('workers', 'show', 'w1'))['worker']).toMatchObject({ wish: 'none' });
    },
    PATIENCE_MS,
  );

  it(
    '[CTL-2] [CTL-11] cordons workers and takes it back',
    async () => {
      const wrong = await rt('workers', 'cordon', 'w1', 'w22');
      expect(wrong.code).toBe(13);
      expect(wrong.stderr).toContain('There is no worker w22; nothing was changed\nDid you mean w2?');
      const planned = await rt('workers', 'cordon', 'w1', 'w2', '--dry-run');
      expect(planned.stdout).toContain('w1: would be cordoned');
      expect((await document('workers', 'show', 'w1'))['worker']).toMatchObject({ wish: 'none' });
      const { stdout, stderr } = await rt('workers', 'cordon', 'w1', 'w2');
      expect(stdout).toBe('w1: cordoned, 0 sessions on it\nw2: cordoned, 0 sessions on it\n');
      expect(stderr).toContain('Undo it with: rt workers uncordon w1 w2');
      expect((await rt('workers', 'list')).stdout).toMatch(/^w1 +CORDON +0\/8 /m);
      expect((await rt('top', '--once')).stdout).toMatch(/^w1 +CORDON +0\/8 /m);
      expect(await (await connectStream(gateway.ready.url)).closed).toMatchObject({ code: 1013 });
      expect(await document('workers', 'uncordon', 'w1', 'w2')).toMatchObject({
        schema: 'rt.workers-wish/v1',
        workers: [
          { id: 'w1', outcome: 'asked', wish_before: 'cordon' },
          { id: 'w2', outcome: 'asked' },
        ],
      });
      await (await call(gateway.ready.url)).hangUp();
    },
    PATIENCE_MS,
  );

  it(
    '[CTL-8] [CTL-12] [CTL-14] ends a call, whose client gets everything, and exports it before and after',
    async () => {
      const { client, id } = await call(gateway.ready.url);
      const first = String((await client.heard('transcript.final'))['text']);
      const live = await rt('sessions', 'export', id);
      expect(live.stderr).toContain('The session runs; this is what it has said so far.');
      expect(live.stdout.split('\n')[0]).toBe(first);
      const refused = await rt('sessions', 'end', id);
      expect(refused.code).toBe(14);
      expect(refused.stderr).toContain(`Not confirmed: 1 session would be ended (${id})`);
      const ended = await rt('sessions', 'end', id, '--yes');
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(new RegExp(`^${id}: ended \\(ended_by_operator\\), 0:\\d\\d of audio`));
      expect(await client.closed).toEqual({ code: 1000, reason: 'ended_by_operator' });
      expect(client.told.filter(({ code }) => code === 'ended_by_operator')).toHaveLength(1);
      const end = await client.heard('session.end');
      const heard = heardIn(client.told);
      expect(heard).toEqual(words.slice(0, heard.length).map((word) => String(word.id)));
      const { transcript: text, segments } = end;
      expect(await document('sessions', 'export', id)).toMatchObject({ status: 'ended', text, segments });
      const file = join(folder, 'call.srt');
      expect((await rt('sessions', 'export', id, '-o', file)).stdout).toContain(file);
      expect(readFileSync(file, 'utf8')).toMatch(/^1\n00:00:\d\d,\d{3} --> /);
    },
    PATIENCE_MS,
  );

  it(
    '[CTL-6] [CTL-12] forgets a worker that is gone, and drains one that lives only when told twice',
    async () => {
      workers.get('w1')?.kill('SIGKILL');
      const refused = await rt('workers', 'remove', 'w2');
      expect(refused.code).toBe(14);
      expect(refused.stderr).toMatch(
        /^Not confirmed: .*w2 \(0 sessions\) lives? and would be drained first$/m,
      );
      const removed = await rt('workers', 'remove', 'w1', 'w2', '--yes');
      expect([removed.code, removed.stdout]).toEqual([0, 'w1: forgotten\nw2: forgotten\n']);
      expect((await workers.get('w2')?.finished)?.code).toBe(0);
      expect(await document('workers', 'list')).toMatchObject({ workers: [] });
    },
    PATIENCE_MS,
  );
});
