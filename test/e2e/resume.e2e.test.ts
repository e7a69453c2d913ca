/** `rt stream` whose gateway goes: the words are beacon audio, so one that is lost or doubled is seen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFaultProxy } from '../../src/chaos/proxy/fault-proxy.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { runRt, type RtServer, startRt, startRtServer } from '../support/rt-process.ts';

describe.skipIf(!hasRedis)('rt stream', () => {
  let folder: string;
  let clip: string;
  let redis: RedisServer;
  let environment: Record<string, string>;
  let worker: RtServer;
  let standing: RtServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-resume-'));
    clip = join(folder, 'beacon.wav');
    expect((await runRt(['chaos', 'audio', '--seed', '7', '--duration', '12s', '--out', clip])).code).toBe(0);
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    standing = await startGateway();
    worker = await startRtServer(['worker', '--listen', '127.0.0.1:0', '--engine', 'beacon'], environment);
  }, 60_000);
  afterAll(async () => {
    for (const server of [standing, worker]) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const startGateway = (): Promise<RtServer> =>
    startRtServer(['gateway', '--listen', '127.0.0.1:0'], environment);

  /** The last line of a stream of the clip from `leaving`, to which `signal` is sent once something was said. */
  async function streamFrom(leaving: RtServer, signal: 'SIGKILL' | 'SIGTERM', ...flags: readonly string[]) {
    const gateways = ['--gateway', leaving.ready.url, '--fallback-gateway', standing.ready.url];
    const running = startRt(
      ['stream', clip, '--format', 'jsonl', '--fail-on-loss', ...gateways, ...flags],
      environment,
    );
    // Speech after the first final: by then that is in the journal, so the next gateway does not say it again.
    await running.until(({ stdout }) => /transcript\.final[^]*speech_start/.test(stdout()));
    leaving.kill(signal);
    const { code, stdout, stderr } = await running.finished;
    const lines = stdout.trim().split('\n');
    return { code, stderr, summary: JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
  }

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    '[CLI-1] [CLI-14] loses no word when its gateway gets %s',
    async (signal) => {
      const leaving = await startGateway();
      const { code, stderr, summary } = await streamFrom(leaving, signal);
      expect([code, stderr]).toEqual([0, expect.stringContaining('nothing lost')]);
      expect(stderr).toContain(`Resumed at ${standing.ready.url}`);
      expect((await leaving.finished).code).toBe(signal === 'SIGTERM' ? 0 : 137);
      expect(summary).toMatchObject({ seq_holes: 0, complete: true, samples_sent: 192_000 });
      expect(summary['resumes']).toBeGreaterThan(0);
    },
  );

  it('[CLI-1] loses no word when every connection is reset after a second and a half', async () => {
    const { port } = new URL(standing.ready.url);
    const proxy = await openFaultProxy({ upstream: { host: '127.0.0.1', port: Number(port) } });
    proxy.add({ kind: 'reset_peer', ms: 1_500 });
    const gateway = `ws://127.0.0.1:${String(proxy.port)}`;
    const { code, stdout, stderr } = await runRt(
      ['stream', clip, '--fail-on-loss', '--json', '--gateway', gateway],
      environment,
    );
    await proxy.close();
    expect([code, stderr]).toEqual([0, '']);
    const { summary } = (JSON.parse(stdout) as { readonly streams: readonly { readonly summary: object }[] })
      .streams[0]!;
    expect(summary).toMatchObject({ seq_holes: 0, complete: true, resumes: expect.any(Number) });
    expect((summary as { readonly resumes: number }).resumes).toBeGreaterThan(4);
  });

  it('[CLI-14] ends with its connection when it is told to', async () => {
    const { code, summary } = await streamFrom(await startGateway(), 'SIGKILL', '--no-resume');
    expect([code, summary['resumes'], summary['complete']]).toEqual([8, 0, false]);
  });

  it('[CLI-14] says so when words of beacon audio are missing', async () => {
    const mock = await startRtServer(['mock']);
    const { code, stderr } = await runRt(
      ['stream', clip, '--pace', '8', '--fail-on-loss', '--gateway', mock.ready.url],
      environment,
    );
    mock.kill('SIGTERM');
    await mock.finished;
    expect([code, stderr]).toEqual([8, expect.stringMatching(/\d+ words lost: 0 1 2/)]);
  });
});
