/** How servers start, say that they are up, refuse to start, and end. */
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { readyLines, type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const ROLES = ['worker', 'gateway', 'router'] as const;
const ANY_PORT = ['--listen', '127.0.0.1:0'] as const;

describe.skipIf(!hasRedis)('a server', () => {
  let redis: RedisServer;
  let environment: Record<string, string>;
  let folder: string;
  let started: RtServer[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'rt-signals-'));
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    // Workers that an earlier test killed stand in the fleet until their lease has run out.
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
  });
  afterEach(() => {
    for (const server of started) server.kill('SIGKILL');
    started = [];
  });

  async function startServer(...args: string[]): Promise<RtServer> {
    const server = await startRtServer(args, environment);
    started.push(server);
    return server;
  }

  /** A worker, a gateway with `args`, and a client in the middle of its clip. */
  async function startServing(...args: string[]) {
    const worker = await startServer('worker', ...ANY_PORT);
    const gateway = await startServer('gateway', ...ANY_PORT, ...args);
    const stream = startRt(
      // A client that resumes would look for its session for a while.
      ['stream', CLIP, '--format', 'jsonl', '--no-resume', '--gateway', gateway.ready.url],
      environment,
    );
    await stream.until(({ stdout }) => stdout().includes('transcript.partial'));
    return { worker, gateway, stream };
  }

  describe('starts', () => {
    it.each(ROLES)('%s: says once that it is ready, with what it is and where', async (role) => {
      const readyFile = join(folder, `${role}.json`);
      const server = await startServer(role, ...ANY_PORT, '--ready-file', readyFile);
      const scheme = role === 'router' ? 'http' : 'ws';
      expect(server.ready).toEqual({
        type: 'ready',
        role,
        id: expect.stringMatching(`^${role}-[0-9a-f]{6}$`),
        url: expect.stringMatching(`^${scheme}://127\\.0\\.0\\.1:\\d+$`),
        http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        pid: server.pid,
        version: JSON.parse(readFileSync('package.json', 'utf8')).version,
      });
      expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual(server.ready);
      expect((await fetch(`${server.ready.http}/readyz`)).status).toBe(200);
      server.kill('SIGTERM');
      const { code, stdout, stderr } = await server.finished;
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(readyLines(stderr)).toHaveLength(1);
    });

    it('where others can reach it only when told to, and then under its name', async () => {
      const server = await startServer('worker', '--listen', '0.0.0.0:0', '--insecure-no-auth');
      const { workers } = JSON.parse((await runRt(['workers', 'list', '--json'], environment)).stdout);
      expect(workers[0].endpoint).toMatch(/^ws:\/\/(?!0\.0\.0\.0)[^:]+:\d+$/);
      server.kill('SIGTERM');
      expect((await server.finished).code).toBe(0);
    });
  });

  describe('ends', () => {
    it('after the first SIGTERM once its sessions are through', async () => {
      const { gateway, stream } = await startServing();
      gateway.kill('SIGTERM');
      const outcome = await stream.finished;
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toContain('"session.end"');
      expect((await gateway.finished).code).toBe(0);
    });

    it('with 12 when sessions outlast its drain timeout, and tells them', async () => {
      const { gateway, stream } = await startServing('--drain-timeout', '200ms');
      gateway.kill('SIGINT');
      expect((await gateway.finished).code).toBe(12);
      const outcome = await stream.finished;
      expect(outcome.code).toBe(8);
      expect(outcome.stdout).toContain('"shutting_down"');
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const)('at once at the second %s', async (signal, code) => {
      const { gateway } = await startServing('--drain-timeout', '60s');
      gateway.kill(signal);
      await expect.poll(() => fetch(`${gateway.ready.http}/readyz`).then(({ status }) => status)).toBe(503);
      gateway.kill(signal);
      expect((await gateway.finished).code).toBe(code);
    });

    it('also when it was told to while it started', async () => {
      const worker = startRt(['worker', ...ANY_PORT, '--verbose'], environment);
      await redisHears('rt-worker-');
      worker.kill('SIGTERM');
      expect((await worker.finished).code).toBe(0);
    });
  });

  /** Resolves when a process of that name is connected to Redis, which for a worker is before its model is loaded. */
  async function redisHears(name: string): Promise<void> {
    const { createRedisConnections } = await import('../../src/registry/redis.ts');
    const { systemClock } = await import('../../src/base/clock.ts');
    const { silentLogger } = await import('../../src/base/log.ts');
    const connections = createRedisConnections({ url: redis.url, clock: systemClock, logger: silentLogger });
    await connections.connect(2_000);
    await expect
      .poll(async () => String(await connections.commands.client('LIST')), { timeout: 5_000, interval: 10 })
      .toContain(`name=${name}`);
    connections.stop();
  }

  describe('that is all in one', () => {
    const isAlive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };

    async function startUp(): Promise<{ up: RtServer; workerPid: number }> {
      const up = await startServer('up', '--port', '0', '--redis', redis.url);
      const { workers } = (await (await fetch(`${up.ready.http}/v1/realtime/workers`)).json()) as {
        workers: readonly { pid: number; status: string }[];
      };
      return { up, workerPid: workers.find(({ status }) => status === 'ready')?.pid ?? 0 };
    }

    it('ends its workers after the gateway, also when Ctrl-C reaches them too', async () => {
      const { up, workerPid } = await startUp();
      expect(workerPid).not.toBe(up.pid);
      process.kill(workerPid, 'SIGINT');
      up.kill('SIGINT');
      expect((await up.finished).code).toBe(0);
      expect(isAlive(workerPid)).toBe(false);
      expect(up.stderr()).not.toContain('started again');
    });

    it('takes its workers along when it is killed', async () => {
      const { up, workerPid } = await startUp();
      up.kill('SIGKILL');
      await up.finished;
      await expect.poll(() => isAlive(workerPid), { timeout: 3_000 }).toBe(false);
    });
  });

  describe('refuses to start', () => {
    it.each(ROLES)('%s: with 5 within three seconds without Redis', async (role) => {
      const nobody = { ...environment, RT_REDIS: 'redis://127.0.0.1:9' };
      const { code, stderr, tookMs } = await runRt([role, ...ANY_PORT], nobody);
      expect(code).toBe(5);
      expect(tookMs).toBeLessThan(3_000);
      expect(stderr).toContain('redis://127.0.0.1:9');
      expect(stderr).toMatch(/--redis/);
      expect(stderr).toContain('RT5001');
      expect(readyLines(stderr)).toEqual([]);
    });

    it.each(ROLES)('%s: with 3 when its port is taken', async (role) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const { code, stderr } = await runRt([role, '--listen', `127.0.0.1:${port}`], environment);
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: expect.stringContaining(`127.0.0.1:${port} is already in use`),
      });
      other.close();
    });

    it.each(ROLES)('%s: with 3 where everybody could reach it', async (role) => {
      const { code, stderr } = await runRt([role, '--listen', '0.0.0.0:0'], environment);
      expect(code).toBe(3);
      expect(stderr).toContain('--insecure-no-auth');
    });

    it.each([
      ['is not there', () => rmSync(join(folder, 'model', 'model.160ms.onnx')), /missing|does not exist/],
      ['was cut off', () => truncateSync(join(folder, 'model', 'model.160ms.onnx'), 1_000_000), /bytes/],
      ['has another content', () => flipByte(join(folder, 'model', 'model.160ms.onnx')), /sha256/],
    ] as const)('worker: with 3 when its model %s', async (_, damage, said) => {
      cpSync('models/rt-tiny-en', join(folder, 'model'), { recursive: true });
      damage();
      const model = join(folder, 'model', 'model.160ms.onnx');
      const { code, stderr } = await runRt(['worker', ...ANY_PORT, '--model', model], environment);
      expect(code).toBe(3);
      expect(stderr).toMatch(said);
      expect(stderr).toContain(join(folder, 'model'));
      expect(stderr).toContain('RT2003');
    });
  });
});

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
