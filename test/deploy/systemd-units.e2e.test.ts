/** The units of deploy/systemd, their command lines run as they stand. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { runRt, startRt } from '../support/rt-process.ts';
import { type Service, startService } from './supervisor.ts';
import { parseEnvironment, readUnit } from './unit-file.ts';

const UNITS = ['rt-worker@.service', 'rt-gateway.service', 'rt-router.service'];
const SOON = { timeout: 20_000, interval: 50 };

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasRedis)('services of systemd', () => {
  let redis: RedisServer;
  let folder: string;
  let environment: Record<string, string>;
  let services: Service[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rt-units-'));
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix(), RT_WORKER_ENGINE: 'beacon' };
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    services = [];
    rmSync(folder, { recursive: true });
  });

  function start(name: string, more: Record<string, string> = {}, instance?: string): Service {
    const service = startService({
      unit: readUnit(name),
      environment: { ...environment, ...more },
      folder,
      ...(instance === undefined ? {} : { instance }),
    });
    services.push(service);
    return service;
  }
  const startWorker = async () => start('rt-worker@.service', {}, String(await freePort()));
  const running = (service: Service, starts = 1) =>
    expect.poll(() => `${service.state} ${service.starts}`, SOON).toBe(`running ${starts}`);

  async function readyPids(): Promise<number[]> {
    const { stdout } = await runRt(['workers', 'list', '--json'], environment);
    const { workers } = JSON.parse(stdout) as { workers: { pid: number; status: string }[] };
    return workers.filter(({ status }) => status === 'ready').map(({ pid }) => pid);
  }

  it('[OPS-1] [OPS-2] a killed worker is back and registered as soon as its unit counts as started', async () => {
    const worker = await startWorker();
    await running(worker);
    const killed = worker.mainPid;
    expect(await readyPids()).toEqual([killed]);
    process.kill(killed, 'SIGKILL');

    await running(worker, 2);
    expect(worker.lastExit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await readyPids()).toContain(worker.mainPid);
  });

  it.each(UNITS)(
    '[OPS-3] %s: what is wrong in the configuration is told once, not in a loop',
    async (name) => {
      const service = start(name, { RT_REDIS: 'nonsense' }, '0');
      await expect.poll(() => service.state, SOON).toBe('failed');
      expect(service).toMatchObject({ starts: 1, lastExit: { code: 3 } });
      expect(service.stderr()).toContain('the Redis URL is not one this program understands');
    },
  );

  it('[OPS-3] a gateway that finds no Redis is started again until there is one', async () => {
    await redis.kill();
    const gateway = start('rt-gateway.service', { GATEWAY_LISTEN: '127.0.0.1:0' });
    await expect.poll(() => gateway.starts, SOON).toBe(2);
    expect(gateway.lastExit).toEqual({ code: 5, signal: null });
    await redis.restartEmpty();
    await expect.poll(() => gateway.state, SOON).toBe('running');
  });

  it('[OPS-4] stopping a worker hands its session over, and nobody loses a word', async () => {
    const [first, second] = [await startWorker(), await startWorker()];
    const port = await freePort();
    const gateway = start('rt-gateway.service', { GATEWAY_LISTEN: `127.0.0.1:${port}` });
    await Promise.all([running(first), running(second), running(gateway)]);
    const clip = join(folder, 'beacon.wav');
    await runRt(['chaos', 'audio', '--duration', '12s', '--out', clip]);
    const client = startRt(['stream', clip, '--format', 'jsonl', '--fail-on-loss'], {
      RT_GATEWAY: `ws://127.0.0.1:${port}`,
    });
    await client.until(({ stdout }) => stdout().includes('transcript.partial'));

    const stopped = await first.stop();
    const afterwards = startWorker();
    await running(await afterwards);
    expect(await second.stop()).toMatchObject({ isKilled: false });

    expect(stopped.isKilled).toBe(false);
    for (const { lastExit } of [first, second]) expect(lastExit).toEqual({ code: 0, signal: null });
    const { code, stdout } = await client.finished;
    expect(code).toBe(0);
    expect(stdout).not.toContain('"type":"warning"');
  });

  it('[OPS-4] a router is gone at once when it is told to stop', async () => {
    const router = start('rt-router.service', { ROUTER_LISTEN: '127.0.0.1:0' });
    await running(router);
    expect(await router.stop()).toMatchObject({ isKilled: false, tookMs: expect.any(Number) });
    expect(router).toMatchObject({ state: 'inactive', starts: 1, lastExit: { code: 0 } });
  });
});

describe('the files of deploy/systemd', () => {
  it('[OPS-4] give a drain more time than it takes', () => {
    for (const name of UNITS.slice(0, 2)) {
      const unit = readUnit(name);
      const [, drainS] = /--drain-timeout (\d+)s/.exec(unit.one('ExecStart')) ?? [];
      expect(unit.durationMs('TimeoutStopSec')).toBeGreaterThanOrEqual(Number(drainS) * 1000 + 20_000);
    }
  });

  it('[OPS-5] the example of an environment names only settings there are', async () => {
    const example = readFileSync(resolve('deploy/systemd/rt.env.example'), 'utf8');
    const assignments = [...example.matchAll(/^#?([A-Z][A-Z_]+=\S*)$/gm)].map(([, line]) => line as string);
    const helps = await Promise.all(['worker', 'gateway', 'router'].map((role) => runRt([role, '--help'])));
    const known =
      helps.map(({ stdout }) => stdout).join() + UNITS.map((name) => readUnit(name).one('ExecStart')).join();
    expect(assignments.length).toBeGreaterThan(5);
    for (const name of Object.keys(parseEnvironment(assignments))) expect(known).toContain(name);
  });

  it.skipIf(!hasSystemd)('[OPS-5] are accepted by systemd-analyze verify', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rt-verify-'));
    try {
      expect(
        readdirSync(resolve('deploy/systemd'))
          .filter((name) => name.endsWith('.service'))
          .toSorted(),
      ).toEqual(UNITS.toSorted());
      const files = UNITS.map((name) => {
        // It wants commands that are installed here.
        const text = readFileSync(resolve('deploy/systemd', name), 'utf8').replace(
          'ExecStart=rt ',
          'ExecStart=/bin/true ',
        );
        const file = join(folder, name.replace('@', '@9000'));
        writeFileSync(file, text);
        return file;
      });
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
        encoding: 'utf8',
      });
      expect({ status, said: stderr.split('\n').filter((line) => line.includes('rt-')) }).toEqual({
        status: 0,
        said: [],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
