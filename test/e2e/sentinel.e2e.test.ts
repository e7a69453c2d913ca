/** A cluster of processes behind Sentinel whose Redis master dies while a session runs. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { type SentinelFleet, startSentinelFleet } from '../support/sentinel.ts';

const CLIP = resolve('fixtures/audio/digits.wav');

describe.skipIf(!hasRedis)('a cluster behind Sentinel', () => {
  let sentinels: SentinelFleet;
  let servers: readonly RtServer[];
  let environment: Record<string, string>;

  beforeAll(async () => {
    sentinels = await startSentinelFleet();
    environment = { RT_REDIS: sentinels.url };
    servers = await Promise.all([
      startRtServer(['worker', '--listen', '127.0.0.1:0', '--capacity', '2'], environment),
      startRtServer(['gateway', '--listen', '127.0.0.1:0', '--allow-unpaced'], environment),
    ]);
    environment = { ...environment, RT_GATEWAY: servers[1]?.ready.url ?? '' };
  });
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await sentinels.stop();
  });

  it('[REG-31] loses nothing of a session that runs, and takes new ones after the failover', async () => {
    const running = startRt(['stream', CLIP, '--fail-on-loss', '--format', 'jsonl'], environment);
    await running.until(({ stdout }) => stdout().includes('session.begin'));
    sentinels.signalMaster('SIGKILL');
    await sentinels.promoted();
    const giveUpMs = performance.now() + 5000;
    let code = -1;
    while (code !== 0 && performance.now() < giveUpMs) {
      ({ code } = await runRt(['stream', CLIP, '--pace', 'max', '--fail-on-loss'], environment));
      if (code !== 0) await sleep(100);
    }
    expect(code).toBe(0);
    expect(await running.finished).toMatchObject({ code: 0 });
    for (const server of servers) for (const line of server.stderr().trim().split('\n')) JSON.parse(line);
  });
});
