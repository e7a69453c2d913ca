/** Beacon audio through processes: what a stream says is word for word what the file holds. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';

interface BeaconFile {
  readonly samples: number;
  readonly words: readonly {
    readonly id: number;
    readonly start_sample: number;
    readonly end_sample: number;
  }[];
}

interface Line {
  readonly type: string;
  readonly words?: readonly { readonly word: string; readonly start: number; readonly end: number }[];
}

describe.skipIf(!hasRedis)('a cluster of beacon workers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-beacon-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let truth: BeaconFile;
  let environment: Record<string, string>;

  const startWorker = async (...args: string[]): Promise<RtServer> => {
    const server = await startRtServer(
      ['worker', '--engine', 'beacon', '--listen', '127.0.0.1:0', ...args],
      environment,
    );
    servers.push(server);
    return server;
  };
  const stream = (...args: string[]) =>
    runRt(['stream', clip, '--pace', 'max', '--words', '--format', 'jsonl', ...args], environment);

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const made = await runRt(
      ['chaos', 'audio', '--seed', '7', '--duration', '30s', '--first-id', '300', '--out', clip, '--json'],
      environment,
    );
    truth = JSON.parse(made.stdout) as BeaconFile;
    const gateway = await startRtServer(
      ['gateway', '--listen', '127.0.0.1:0', '--allow-unpaced'],
      environment,
    );
    servers.push(gateway);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
  });

  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[BCN-6] [BCN-7] gives every word of a file, once, in order and in its place, without onnxruntime', async () => {
    const worker = await startWorker();
    const { code, stdout } = await stream('--fail-on-loss');
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const heard = lines
      .filter(({ type }) => type === 'transcript.final')
      .flatMap(({ words }) => words ?? [])
      .map(({ word, start, end }) => [word, Math.round(start * 16_000), Math.round(end * 16_000)]);
    expect(truth.words.length).toBeGreaterThan(30);
    expect(heard).toEqual(
      truth.words.map(({ id, start_sample, end_sample }) => [String(id), start_sample, end_sample]),
    );
    const workers = await runRt(['workers', 'list', '--json'], environment);
    expect(workers.stdout).toContain('"engine": "beacon"');
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${worker.pid}/maps`, 'utf8')).not.toContain('onnxruntime');
    }
    worker.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
  });

  it('[BCN-14] dies of the word it was told to die of', async () => {
    const { id = 0 } = truth.words[5] ?? {};
    const worker = await startWorker('--beacon-fault', `crash-on-word=${id}`);
    const client = startRt(['stream', clip, '--pace', 'max'], environment);
    expect((await worker.finished).code).toBe(128 + constants.signals.SIGABRT);
    client.kill('SIGKILL');
    await client.finished;
  });

  it('[BCN-10] does not start with what makes no sense', async () => {
    const fault = await runRt(['worker', '--beacon-fault', 'speed=0.3'], environment);
    expect(fault).toMatchObject({ code: 2, stdout: '' });
    expect(fault.stderr).toContain('--beacon-fault is for the beacon engine alone');
    const model = await runRt(['worker', '--engine', 'beacon', '--model', '/m'], environment);
    expect(model.code).toBe(2);
  });

  it('[BCN-1] says where a file cannot be written', async () => {
    const { code, stderr } = await runRt(['chaos', 'audio', '--out', join(clip, 'a.wav')], environment);
    expect(code).toBe(2);
    expect(stderr).toContain('clip.wav/a.wav cannot be written');
  });
});
