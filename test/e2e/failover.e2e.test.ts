/** Workers with the bundled model that die or leave in the middle of a stream: nobody can tell it from the transcript. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, startRt, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

const CLIP = resolve('fixtures/audio/demo.wav');

describe.skipIf(!hasRedis)('a stream whose worker', () => {
  let redis: RedisServer;
  let environment: Record<string, string>;
  let gateway: RtServer;
  const workers = new Map<string, RtServer>();
  let undisturbed: readonly Told[];

  const startWorker = async (id: string): Promise<void> => {
    const worker = await startRtServer(
      ['worker', '--id', id, '--listen', '127.0.0.1:0', '--capacity', '4', '--heartbeat', '500ms'],
      environment,
    );
    workers.set(id, worker);
  };

  /** Streams the clip; `disturb` is told of the worker that serves it once something is being said. */
  async function stream(disturb: (workerId: string) => Promise<void>): Promise<readonly Told[]> {
    const args = ['stream', CLIP, '--format', 'jsonl', '--words', '--fail-on-loss'];
    const running = startRt(args, environment);
    await running.until(({ stdout }) => stdout().split('transcript.partial').length > 4);
    const sessions = (await (await fetch(`${gateway.ready.http}/v1/realtime/sessions`)).json()) as {
      readonly sessions: readonly { readonly worker_id: string }[];
    };
    await disturb(sessions.sessions[0]?.worker_id ?? '');
    const { code, stdout, stderr } = await running.finished;
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
  }

  async function failovers(): Promise<string | undefined> {
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    return /^rt_gateway_failovers_total (\d+)$/m.exec(metrics)?.[1];
  }
  const said = (told: readonly Told[]): readonly object[] =>
    told
      .filter(({ type }) => ['transcript.final', 'vad.speech_start', 'vad.speech_end'].includes(type))
      .map(({ seq: _seq, t_ms: _ms, ...event }) => event);
  const warnings = (told: readonly Told[]): readonly unknown[] =>
    told.flatMap(({ type, code }) => (type === 'warning' ? [code] : []));

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    gateway = await startRtServer(['gateway', '--listen', '127.0.0.1:0'], environment);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
    await Promise.all(['one', 'two'].map(startWorker));
    undisturbed = await stream(() => Promise.resolve());
    expect(said(undisturbed).length).toBeGreaterThan(5);
  }, 60_000);
  afterAll(async () => {
    for (const server of [gateway, ...workers.values()]) server.kill('SIGKILL');
    await redis.stop();
  });

  it('[FLO-8] is killed says the same, to the sample', async () => {
    const told = await stream((id) => {
      workers.get(id)?.kill('SIGKILL');
      return Promise.resolve();
    });
    expect(warnings(told)).toEqual(['failover']);
    expect(said(told)).toEqual(said(undisturbed));
    expect(await failovers()).toBe('1');
  }, 60_000);

  it('[FLO-12] drains says the same, and nobody is told', async () => {
    const missing = ['one', 'two'].find((id) => !isRunning(workers.get(id))) ?? 'one';
    await startWorker(missing);
    const told = await stream(async (id) => {
      const leaving = workers.get(id);
      leaving?.kill('SIGTERM');
      expect((await leaving?.finished)?.code).toBe(0);
    });
    expect(warnings(told)).toEqual([]);
    expect(said(told)).toEqual(said(undisturbed));
  }, 60_000);
});

function isRunning(server: RtServer | undefined): boolean {
  try {
    return server !== undefined && process.kill(server.pid, 0);
  } catch {
    return false;
  }
}
