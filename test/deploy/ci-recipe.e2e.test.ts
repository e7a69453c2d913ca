/** The check of a deployment: passes on a sound one, and fails at the right place for each way of breaking it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf } from '../support/free-port.ts';
import { hasRedis } from '../support/redis.ts';
import { runRt } from '../support/rt-process.ts';
import { runRecipe, startRecipe } from './recipe.ts';

const STEPS = ['redis', 'workers', 'router', 'gateway', 'wait', 'probes', 'words', 'load', 'drain', 'stop'];

// A cluster each: where other work keeps the cores busy this takes minutes.
describe.skipIf(!hasRedis).concurrent('the check of a deployment', { timeout: 180_000 }, () => {
  let folder: string;
  /** Numbers that only the beacon engine reads, for what has nothing to do with words. */
  let beacon: Record<string, string>;
  /** The same, long enough to be cut. */
  let longBeacon: Record<string, string>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-recipe-clip-'));
    const clips = { short: join(folder, 'short.wav'), long: join(folder, 'long.wav') };
    await runRt(['chaos', 'audio', '--duration', '4s', '--out', clips.short]);
    await runRt(['chaos', 'audio', '--duration', '12s', '--out', clips.long]);
    beacon = { CLIP: clips.short, WORKERS: '1', WORKER_FLAGS: '--engine beacon' };
    longBeacon = { ...beacon, CLIP: clips.long };
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('[DEP-1] passes every step on a sound one, and leaves nothing running', async () => {
    const { code, output, lastLine, leftOver } = await runRecipe({
      WORDS: 'one two three four five six seven eight nine zero',
      // The model is a demonstration; that a wrong word fails the check is tried below.
      MAX_WER: '0.2',
    });
    expect({ code, lastLine, leftOver }).toEqual({
      code: 0,
      lastLine: expect.stringMatching(/^passed: every step, in \d+ s\./),
      leftOver: [],
    });
    const begun = [...output.matchAll(/^(\w+) /gm)].map(([, step]) => step);
    expect(begun.filter((step) => step !== 'passed')).toEqual(STEPS);
  });

  interface Broken {
    readonly what: string;
    readonly settings: () => Readonly<Record<string, string>>;
    readonly step: string;
    readonly code: number;
    readonly says: RegExp;
  }
  const BROKEN: readonly Broken[] = [
    {
      what: 'no Redis answers',
      settings: () => ({ REDIS_URL: 'redis://127.0.0.1:1' }),
      step: 'redis',
      code: 5,
      says: /no Redis answers at redis:\/\/127\.0\.0\.1:1/,
    },
    {
      what: 'there is no redis-server',
      settings: () => ({ REDIS_SERVER: 'redis-server-of-nobody' }),
      step: 'redis',
      code: 5,
      says: /there is no redis-server-of-nobody: install it, or set REDIS_URL/,
    },
    {
      what: 'a worker cannot load its model',
      settings: () => ({ WORKERS: '1', WORKER_FLAGS: '--model /nonexistent/model.onnx' }),
      step: 'workers',
      code: 3,
      says: /worker-1 ended by itself/,
    },
    {
      what: 'workers register elsewhere',
      settings: () => ({ ...beacon, WORKER_FLAGS: '--engine beacon --prefix elsewhere', WAIT_TIMEOUT: '1s' }),
      step: 'wait',
      code: 9,
      says: /0 of 1 workers/,
    },
    {
      what: 'other words were spoken',
      settings: () => ({ ...beacon, WORDS: 'nothing of the kind' }),
      step: 'words',
      code: 99,
      says: /the word error rate is \d.*, above 0; heard: \w+/,
    },
    {
      what: 'a threshold is missed',
      settings: () => ({ ...beacon, THRESHOLDS: 'errors==0 resp_lag_p95<=0' }),
      step: 'load',
      code: 99,
      says: /Missed: resp_lag_p95<=0/,
    },
    {
      what: 'a drain takes longer than it may',
      settings: () => ({ ...longBeacon, DRAIN_TIMEOUT: '100ms' }),
      step: 'drain',
      code: 12,
      says: /Sessions were still running after/,
    },
  ];

  it.each(BROKEN)('[DEP-2] $what: fails in step $step with $code', async ({ settings, ...wanted }) => {
    const { code, output, lastLine, leftOver } = await runRecipe(settings());
    expect(output).toMatch(wanted.says);
    expect(lastLine).toMatch(new RegExp(`^FAILED in step "${wanted.step}" with exit code ${wanted.code}: `));
    expect({ code, leftOver }).toEqual({ code: wanted.code, leftOver: [] });
  });

  it('[DEP-2] a gateway on a taken port: fails in step gateway with 3', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { code, output, lastLine, leftOver } = await runRecipe({
      ...beacon,
      GATEWAY_LISTEN: `127.0.0.1:${portOf(taken.address())}`,
    });
    taken.close();
    expect(output).toMatch(/RT2005/);
    expect(lastLine).toMatch(/^FAILED in step "gateway" with exit code 3: gateway ended by itself/);
    expect({ code, leftOver }).toEqual({ code: 3, leftOver: [] });
  });

  it('[DEP-2] a worker is killed while the words are spoken: fails there at once and names it', async () => {
    const recipe = startRecipe(beacon);
    await recipe.reached('words');
    process.kill(recipe.readyLine('worker-1').pid, 'SIGKILL');
    const { code, lastLine, leftOver } = await recipe.finished;
    expect(lastLine).toMatch(/^FAILED in step "words" with exit code 1: worker-1 ended by itself, with 137/);
    expect({ code, leftOver }).toEqual({ code: 1, leftOver: [] });
  });

  it.each([
    ['SIGINT', 130, 'router'],
    ['SIGTERM', 143, 'workers'],
  ] as const)(
    '[DEP-3] %s ends everything it started and exits %i, in step %s',
    async (signal, exitCode, step) => {
      const recipe = startRecipe(beacon);
      await recipe.reached(step);
      recipe.process.kill(signal);
      const { code, lastLine, leftOver } = await recipe.finished;
      expect(lastLine).toMatch(new RegExp(`^INTERRUPTED by ${signal} in step "${step}"`));
      expect({ code, leftOver }).toEqual({ code: exitCode, leftOver: [] });
    },
  );
});
