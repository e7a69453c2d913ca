/**
 * What an image holds, run as a container would: by a user who may write nothing, each server process 1 of a namespace
 * of its own.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type ReadyLine, runRt, startRt } from '../support/rt-process.ts';
import { layOutImage } from './image.ts';

const SOON = { timeout: 60_000, interval: 50 };
const CLIP = resolve('fixtures/audio/digits.wav');
const LONG_CLIP = resolve('fixtures/audio/demo.wav');

/** Process 1 of its own namespace, as the user of the image where this one may choose. */
const isRoot = process.getuid?.() === 0;
const NAMESPACE = ['--fork', '--pid', '--mount-proc', ...(isRoot ? [] : ['--map-root-user'])];
const USER = isRoot ? ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'] : [];
// Machines for tests that are containers themselves may forbid it, and nothing could be learnt there.
const mayIsolate = spawnSync('unshare', [...NAMESPACE, ...USER, 'true']).status === 0;

interface Contained {
  readonly process: ChildProcess;
  readonly readyFile: string;
  readonly exitCode: Promise<number | null>;
  /** Signals process 1, which `unshare` waits for. */
  kill(signal: NodeJS.Signals): void;
}

describe.runIf(hasRedis && mayIsolate)('the image', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-image-'));
  const image = join(folder, 'opt');
  const run = join(folder, 'run');
  let redis: RedisServer;
  let environment: Record<string, string>;
  const contained: Contained[] = [];

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    mkdirSync(run);
    chmodSync(run, 0o777);
    layOutImage(image);
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
  });
  afterAll(async () => {
    // Process 1 itself: a change of user takes away what would end it together with `unshare`.
    for (const one of contained) if (one.process.exitCode === null) one.kill('SIGKILL');
    await Promise.all(contained.map(({ exitCode }) => exitCode));
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  function start(role: string, ...flags: readonly string[]): Contained {
    const readyFile = join(run, `${role}.json`);
    const command = [process.execPath, join(image, 'bin/run.js'), role, '--listen', '127.0.0.1:0', ...flags];
    const child = spawn('unshare', [...NAMESPACE, ...USER, ...command], {
      cwd: run,
      env: {
        PATH: process.env['PATH'],
        // Not to be written either, like all of a container that is read-only.
        HOME: image,
        ...environment,
        [`RT_${role.toUpperCase()}_READY_FILE`]: readyFile,
      },
      stdio: 'ignore',
    });
    const one = {
      process: child,
      readyFile,
      exitCode: once(child, 'close').then(() => child.exitCode),
      kill(signal: NodeJS.Signals) {
        const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
        if (children !== '') process.kill(Number(children), signal);
      },
    };
    contained.push(one);
    return one;
  }

  async function ready({ readyFile }: Contained): Promise<ReadyLine> {
    await expect.poll(() => existsSync(readyFile), SOON).toBe(true);
    return JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyLine;
  }

  function health({ readyFile }: Contained): { readonly status: number | null; readonly stdout: string } {
    const env = { PATH: process.env['PATH'], RT_GATEWAY_READY_FILE: readyFile };
    return spawnSync(process.execPath, [join(image, 'deploy/container/health.mjs')], {
      env,
      encoding: 'utf8',
    });
  }

  it('[DEP-8] [DEP-9] every role starts, is healthy, drains as process 1 and leaves nothing', async () => {
    const worker = start('worker', '--capacity', '2', '--threads', '1x1');
    const router = start('router');
    const gateway = start('gateway');
    expect(health(worker)).toMatchObject({ status: 1, stdout: expect.stringContaining('ENOENT') });
    for (const server of [worker, router, gateway]) {
      expect((await ready(server)).pid).toBe(1);
      expect(health(server)).toMatchObject({ status: 0 });
    }
    const { url } = await ready(gateway);
    const call = startRt(['stream', CLIP, '--fail-on-loss', '--format', 'jsonl', '--no-resume'], {
      RT_GATEWAY: url,
    });
    await call.until(({ stdout }) => stdout().includes('transcript.partial'));

    gateway.kill('SIGTERM');
    expect((await call.finished).code).toBe(0);
    expect(await gateway.exitCode).toBe(0);
    expect(health(gateway)).toMatchObject({ status: 1, stdout: expect.stringContaining('ECONNREFUSED') });
    worker.kill('SIGTERM');
    router.kill('SIGTERM');
    expect([await worker.exitCode, await router.exitCode]).toEqual([0, 0]);
    const { stdout } = await runRt(['workers', 'list', '--json'], environment);
    expect(JSON.parse(stdout)).toMatchObject({ workers: [] });
  });

  it('[DEP-8] [DEP-9] a second SIGTERM ends process 1 at once; without Redis it was healthy still', async () => {
    const worker = start('worker', '--engine', 'beacon', '--drain-timeout', '60s');
    const gateway = start('gateway', '--id', 'healthy-without-redis');
    rmSync(gateway.readyFile, { force: true });
    await ready(worker);
    const { url } = await ready(gateway);
    const call = startRt(['stream', LONG_CLIP, '--no-resume', '--format', 'jsonl'], { RT_GATEWAY: url });
    await call.until(({ stdout }) => stdout().includes('session.begin'));
    await redis.kill();
    expect(health(gateway)).toMatchObject({ status: 0 });
    gateway.kill('SIGTERM');
    await call.until(({ stdout }) => stdout().includes('goaway'));
    gateway.kill('SIGTERM');
    expect(await gateway.exitCode).toBe(143);
    call.kill('SIGKILL');
    await call.finished;
  });
});
