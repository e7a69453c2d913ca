/** The main job from end to end: worker, gateway and router as processes, and a client that streams. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const REFERENCE = 'one two three four five six seven eight nine zero';
const CAPACITY = 2;

/** What is read of the documents below /v1/realtime. */
interface Document {
  readonly active_sessions: number;
  readonly text: string;
  readonly session: unknown;
  readonly sessions: readonly { readonly id: string }[];
}

describe.skipIf(!hasRedis)('a cluster of processes', () => {
  let redis: RedisServer;
  let servers: RtServer[];
  let environment: Record<string, string>;

  const [WORKER, GATEWAY, ROUTER] = [0, 1, 2];
  const http = (index: number): string => servers[index]?.ready.http ?? '';
  const getJson = async (url: string): Promise<Document> => (await (await fetch(url)).json()) as Document;
  const rt = (...args: string[]) => runRt(args, environment);
  const startStream = (...args: string[]) => startRt(['stream', CLIP, ...args], environment);

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    servers = await Promise.all([
      startRtServer(['worker', '--listen', '127.0.0.1:0', '--capacity', String(CAPACITY)], environment),
      startRtServer(['gateway', '--listen', '127.0.0.1:0', '--allow-unpaced'], environment),
      startRtServer(['router', '--listen', '127.0.0.1:0'], environment),
    ]);
    environment = { ...environment, RT_GATEWAY: servers[GATEWAY]?.ready.url ?? '' };
  });

  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
  });

  it('transcribes a file, tells its quality, and loses nothing', async () => {
    const { code, stdout, stderr } = await rt(
      'stream',
      CLIP,
      '--pace',
      'max',
      '--ref',
      REFERENCE,
      '--fail-on-loss',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('four five six seven eight nine zero');
    expect(stderr).toMatch(/WER (?:\d|1\d)\.\d%/);
    expect(stderr).toContain('nothing lost');
  });

  it('writes every event of the wire, in order, and a summary', async () => {
    const { code, stdout } = await rt('stream', CLIP, '--pace', 'max', '--format', 'jsonl', '--words');
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq?: number });
    const types = lines.map(({ type }) => type);
    expect(types[0]).toBe('session.begin');
    expect(types.slice(-2)).toEqual(['session.end', 'summary']);
    expect(types).toEqual(
      expect.arrayContaining([
        'vad.speech_start',
        'transcript.partial',
        'vad.speech_end',
        'transcript.final',
      ]),
    );
    const numbered = lines.flatMap(({ seq }) => seq ?? []);
    expect(numbered).toEqual(numbered.map((_, index) => index + 1));
    expect(lines.at(-1)).toMatchObject({ samples_sent: 89_665, samples_accounted: 89_665, complete: true });
  });

  it('shows a session while it runs, and keeps what it said', async () => {
    const stream = startStream('--pace', 'realtime');
    const session = await vi.waitFor(
      async () => {
        const { sessions } = await getJson(`${http(ROUTER)}/v1/realtime/sessions`);
        expect(sessions).toHaveLength(1);
        return sessions[0]!;
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(session).toMatchObject({
      status: 'active',
      worker_id: servers[WORKER]?.ready.id,
      gateway_id: servers[GATEWAY]?.ready.id,
    });
    expect((await getJson(`${http(GATEWAY)}/v1/realtime/status`)).active_sessions).toBe(1);
    const { code, stdout } = await stream.finished;
    expect(code).toBe(0);
    const url = `${http(ROUTER)}/v1/realtime/sessions/${session.id}`;
    const transcript = await getJson(`${url}/transcript`);
    expect(transcript.text).toBe(stdout.trim().replaceAll('\n', ' '));
    expect((await getJson(url)).session).toMatchObject({
      status: 'ended',
      audio_duration: expect.closeTo(5.604, 2),
    });
    expect((await getJson(`${http(GATEWAY)}/v1/realtime/status`)).active_sessions).toBe(0);
  });

  it('holds as many sessions as it has slots, and refuses one more at once', async () => {
    const streams = Array.from({ length: CAPACITY }, () => startStream('--pace', 'realtime'));
    await vi.waitFor(
      async () => {
        expect(await getJson(`${http(GATEWAY)}/v1/realtime/status`)).toMatchObject({ status: 'full' });
      },
      { timeout: 5_000, interval: 50 },
    );
    const refused = await rt('stream', CLIP, '--json');
    expect(refused.code).toBe(6);
    expect(refused.tookMs).toBeLessThan(3_000);
    const outcomes = await Promise.all(streams.map(({ finished }) => finished));
    expect(outcomes.map(({ code }) => code)).toEqual(streams.map(() => 0));
    const { stdout } = await rt('workers', 'list', '--json');
    expect(JSON.parse(stdout).workers).toMatchObject([{ status: 'ready', active_sessions: 0 }]);
  });

  it('needs little memory', () => {
    const rssMb = (index: number): number => {
      const status = readFileSync(`/proc/${servers[index]?.pid ?? 0}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    };
    expect(rssMb(GATEWAY)).toBeLessThan(120);
    expect(rssMb(ROUTER)).toBeLessThan(120);
    expect(rssMb(WORKER)).toBeLessThan(300);
  });

  it('refuses new sessions with its reason when its worker is gone', async () => {
    servers[WORKER]?.kill('SIGTERM');
    expect((await servers[WORKER]?.finished)?.code).toBe(0);
    const { code } = await rt('stream', CLIP, '--json');
    expect(code).toBe(6);
    expect(await getJson(`${http(ROUTER)}/v1/realtime/status`)).toMatchObject({ status: 'no_workers' });
  });
});
