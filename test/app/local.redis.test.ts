import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runDemo } from '../../src/app/demo.ts';
import { startLocal } from '../../src/app/local.ts';
import { openRegistry } from '../../src/app/open-registry.ts';
import type { LocalOptions } from '../../src/app/ports.ts';
import { systemClock } from '../../src/base/clock.ts';
import { namedSource, streamSource } from '../../src/client/stream-source.ts';
import { parseDigest } from '../../src/registry/digests.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const ENGINE = { models: [], vad: 'silero', provider: 'auto', capacity: 2 } as const;
const WORDS = 'four five six seven eight nine zero';

/** A PATH on which nothing is found. */
const NO_REDIS_PATH = '/nonexistent';

async function transcribe(gateway: string, input = resolve('fixtures/audio/digits.wav')): Promise<string> {
  const outcome = await streamSource({
    source: namedSource(input),
    gateway,
    wishes: { language: 'auto', model: undefined, words: false, interim: false, vad: true },
    chunkMs: 100,
    speed: 'max',
    clock: systemClock,
    signal: AbortSignal.timeout(15_000),
    onSource: () => {},
    onMessage: () => {},
  });
  return outcome.end?.transcript ?? '';
}

describe.skipIf(!hasRedis)('all in one', () => {
  let redis: RedisServer;
  let notices: string[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  afterEach(() => vi.unstubAllEnvs());

  function options(changes: Partial<LocalOptions> = {}): LocalOptions {
    notices = [];
    return {
      ...ENGINE,
      redisUrl: redis.url,
      prefix: redis.prefix(),
      logLevel: 'silent',
      connectTimeoutMs: 500,
      port: 0,
      workers: 1,
      withoutRedis: 'private',
      onNotice: (message) => notices.push(message),
      ...changes,
    };
  }

  it('uses the Redis that answers, and says nothing', async () => {
    const local = await startLocal(options({ workers: 2 }));
    expect(await transcribe(local.url)).toContain(WORDS);
    const status = await (await fetch(`${local.http}/v1/realtime/status`)).json();
    expect(status).toMatchObject({ workers: { ready: 2 }, capacity: 4 });
    expect(notices).toEqual([]);
    expect(await local.drain(5_000)).toBe('drained');
    await Promise.all([local.stop('a'), local.stop('b')]);
    await expect(fetch(`${local.http}/healthz`)).rejects.toThrow();
  });

  it('shows itself as the router it is, until it ends', async () => {
    const where = options();
    const local = await startLocal({ ...where, beacon: { faults: [] } });
    const cluster = await openRegistry({ ...where, connectTimeoutMs: 2000, name: 'test' });
    const routers = async (): Promise<unknown[]> =>
      [...(await cluster.registry.fleet.snapshot()).values()]
        .map((json) => parseDigest(json))
        .filter((digest) => digest?.role === 'router');
    expect(await routers()).toMatchObject([{ id: local.id, url: local.http, status: 'ready' }]);
    await local.stop('the test is over');
    expect(await routers()).toEqual([]);
    await cluster.stop();
  });

  it('[CTL-15] does not start a worker again that an operator drained', async () => {
    const where = options({ workers: 2 });
    const local = await startLocal({ ...where, beacon: { faults: [] } });
    const { registry, stop } = await openRegistry({ ...where, connectTimeoutMs: 2000, name: 'test' });
    const [leaving] = await registry.fleet.workers();
    const offline = (async () => {
      for await (const event of registry.fleet.watch(AbortSignal.timeout(15_000), 100)) {
        if (event.type === 'worker.offline') return event;
      }
      return undefined;
    })();
    if (leaving) expect(await registry.control.wishWorker(leaving.id, 'drain')).toBe('asked');
    expect(await offline).toMatchObject({ workerId: leaving?.id, reason: 'deregistered' });
    // Longer than the first pause before a start, and the start of a worker without a model.
    await systemClock.sleep(1500);
    expect(await registry.fleet.workers()).toHaveLength(1);
    await stop();
    await local.stop('the test is over');
  }, 20_000);

  it('does not stand in for a Redis that was named', async () => {
    const named = options({ redisUrl: 'redis://127.0.0.1:1', withoutRedis: 'exit' });
    await expect(startLocal(named)).rejects.toMatchObject({ code: 'redis_unreachable' });
  });

  it('starts a private Redis where one was expected, and says so', async () => {
    const away = await startRedis();
    await away.stop();
    const local = await startLocal(options({ redisUrl: away.url }));
    expect(notices).toEqual([expect.stringContaining(`private one runs on 127.0.0.1:${away.port}`)]);
    expect(await transcribe(local.url)).toContain(WORDS);
    await local.stop('the test is over');
  });

  it('keeps everything in this process where there is no Redis at all, and says so', async () => {
    vi.stubEnv('PATH', NO_REDIS_PATH);
    const local = await startLocal(options({ redisUrl: 'redis://127.0.0.1:1' }));
    expect(notices).toEqual([expect.stringMatching(/redis-server is not installed.*memory/)]);
    expect(await transcribe(local.url)).toContain(WORDS);
    await local.stop('the test is over');
  });

  it('tells at once that the port is taken', async () => {
    const first = await startLocal(options());
    const port = Number(new URL(first.http).port);
    await expect(startLocal(options({ port }))).rejects.toMatchObject({ code: 'address_in_use' });
    await first.stop('the test is over');
  });

  it('refuses a model that is not there', async () => {
    const wrong = options({ models: [{ path: '/no/such/model' }] });
    await expect(startLocal(wrong)).rejects.toMatchObject({ code: 'model_invalid' });
  });

  it('plays the bundled clip and lets go of everything, also when playing fails', async () => {
    const demo = { ...ENGINE, logLevel: 'silent', onNotice: () => {} } as const;
    const played = await runDemo({
      ...demo,
      play: async (stage) => ({ ...stage, said: await transcribe(stage.gateway, stage.clip) }),
    });
    expect(played.clip).toMatch(/demo\.wav$/);
    expect(played.reference?.split(' ').length).toBeGreaterThan(10);
    expect(played.said.split(' ').length).toBeGreaterThan(10);
    await expect(fetch(played.gateway.replace('ws', 'http'))).rejects.toThrow();

    const failing = runDemo({ ...demo, play: () => Promise.reject(new Error('no loudspeaker')) });
    await expect(failing).rejects.toThrow('no loudspeaker');
  });
});
