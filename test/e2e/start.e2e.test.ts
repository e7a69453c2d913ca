/** What a command loads before it says anything: the time of a start goes into modules. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../support/redis.ts';
import { startRt } from '../support/rt-process.ts';

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** Addresses of the modules that a command loaded. */
async function loadedBy(args: readonly string[], exitCode: number): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { code } = await startRt(args, { NODE_V8_COVERAGE: folder }).finished;
  expect(code).toBe(exitCode);
  return readdirSync(folder).flatMap((file) =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage).result.map(({ url }) => url),
  );
}

const HEAVY = /\/node_modules\/(?:ioredis|ink|react|zod|ws|pino|prom-client|onnxruntime-node|undici)\//;

it.each<[string, readonly string[], number]>([
  ['the list of workers', ['workers', 'list', '--redis', 'redis://127.0.0.1:1'], 5],
  ['a check of the cluster', ['check', 'cluster', '--redis', 'redis://127.0.0.1:1'], 5],
  ['the help of a topic', ['workers'], 0],
])('[CMD-7] %s loads no heavy library', async (_title, args, exitCode) => {
  const loaded = await loadedBy(args, exitCode);
  expect(loaded.filter((url) => url.includes('/dist/cli/'))).not.toEqual([]);
  expect(loaded.filter((url) => HEAVY.test(url))).toEqual([]);
});

it('[CMD-7] the client library is there when somebody listens', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const loaded = await loadedBy(['workers', 'list', '--redis', redis.url], 0);
  expect(loaded.filter((url) => url.includes('/node_modules/ioredis/'))).not.toEqual([]);
});
