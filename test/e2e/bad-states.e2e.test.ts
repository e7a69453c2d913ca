/** Sessions in states that are bad but not dead: a worker that is slow, a network that stands still for a while. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

const CLIP_S = 9;
const STALL_MS = 6000;

// Side by side: most of their time is audio that passes.
describe.skipIf(!hasRedis).concurrent('a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-bad-states-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let ids: readonly number[];

  beforeAll(async () => {
    redis = await startRedis();
    const args = ['--seed', '18', '--duration', `${CLIP_S}s`, '--out', clip, '--json'];
    const { stdout } = await runRt(['chaos', 'audio', ...args]);
    ids = (JSON.parse(stdout) as { words: { id: number }[] }).words.map(({ id }) => id);
  }, 30_000);
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  type Start = (...args: readonly string[]) => Promise<RtServer>;
  /** Starts processes of a fleet of its own. */
  const fleet = (): Start => {
    const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    return async (...args) => {
      const server = await startRtServer([...args, '--listen', '127.0.0.1:0'], environment);
      servers.push(server);
      return server;
    };
  };
  const beacon = ['worker', '--engine', 'beacon'];
  const streamTo = (gateway: string) =>
    startRt(['stream', clip, '--format', 'jsonl', '--fail-on-loss', '--gateway', gateway]);

  /** Exit code, kinds of warnings and errors, and words of a stream that is over; a busy machine halves partials. */
  async function outcome(stream: ReturnType<typeof streamTo>): Promise<readonly unknown[]> {
    const { code, stdout } = await stream.finished;
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const troubles = new Set(told.flatMap(({ code: trouble }) => (trouble === undefined ? [] : [trouble])));
    troubles.delete('degraded');
    const texts = told.flatMap(({ type, text }) => (type === 'transcript.final' ? [String(text)] : []));
    return [code, [...troubles], texts.flatMap((text) => text.split(' ').map(Number))];
  }

  it('[FLO-16] goes from a worker of a third of the speed to a better one, and is told every word once', async () => {
    const start = fleet();
    const gateway = await start('gateway');
    // More slots are asked first.
    await start(...beacon, '--id', 'slow', '--capacity', '9', '--beacon-fault', 'speed=0.3');
    await start(...beacon, '--id', 'well', '--capacity', '2');
    expect(await outcome(streamTo(gateway.ready.url))).toEqual([0, ['processing_lag'], ids]);
    expect(gateway.stderr()).toMatch(/"from":"slow","to":"well","why":"lag"/);
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    expect(metrics).toMatch(/^rt_gateway_lag_moves_total 1$/m);
    expect(metrics).toMatch(/^rt_gateway_failovers_total 0$/m);
  }, 60_000);

  it('[SES-20] [SES-16] [SES-15] whose audio stood still for 6 s and then comes at once is not behind for that', async () => {
    const start = fleet();
    // Counted from when it was said the audio would be 6 s behind, and two seconds later still beyond 4 s.
    const limits = ['--lag-hard', '4s', '--lag-grace', '500ms'];
    const gateway = await start('gateway', ...limits);
    await start(...beacon, '--beacon-fault', 'speed=2');
    const proxy = await start('chaos', 'proxy', '--upstream', new URL(gateway.ready.url).host);
    const toxics = `${proxy.ready.http}/v1/chaos/routes/r1/toxics`;
    const stream = streamTo(proxy.ready.url.replace('tcp:', 'ws:'));
    await stream.until(({ stdout }) => stdout().includes('transcript.partial'));
    const headers = { 'content-type': 'application/json' };
    const stall = JSON.stringify({ kind: 'timeout', direction: 'up', name: 'stall' });
    expect((await fetch(toxics, { method: 'POST', headers, body: stall })).status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, STALL_MS));
    expect((await fetch(`${toxics}/stall`, { method: 'DELETE' })).status).toBe(200);
    expect(await outcome(stream)).toEqual([0, [], ids]);
  }, 60_000);
});
