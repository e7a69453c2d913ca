/** `rt chaos run` and `rt check history` as commands; what scenarios find is in chaos-smoke. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { hasRedis, startRedis } from '../support/redis.ts';
import { runRt, startRt, startRtServer } from '../support/rt-process.ts';

interface Document {
  readonly trials: readonly { readonly arm: string; readonly ok: boolean; readonly repeat: string }[];
  readonly sum: { readonly totals: { readonly faults: number; readonly failovers: number } };
}

const folder = mkdtempSync(join(tmpdir(), 'rt-rehearsals-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasRedis)('rt chaos run', () => {
  it('[RUN-2] runs without a fault first, and leaves histories that rt check history judges alike', async () => {
    const histories = join(folder, 'kept');
    const run = await runRt([
      ...['chaos', 'run', '--seed', '5', '--trials', '1', '--sessions', '2', '--json'],
      ...['--history', histories],
    ]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(run.stdout) as Document;
    expect(document.trials.map(({ arm, ok }) => [arm, ok])).toEqual([
      ['baseline', true],
      ['disturbed', true],
    ]);
    expect(document.sum.totals.faults).toBe(1);
    const files = readdirSync(histories).toSorted();
    expect(files).toEqual(['worker-kill-5-0000-baseline.jsonl', 'worker-kill-5-0000.jsonl']);
    const check = await runRt(['check', 'history', ...files.map((file) => join(histories, file)), '--json']);
    expect(check.code).toBe(0);
    expect((JSON.parse(check.stdout) as Document).sum).toEqual(document.sum);

    // The same history with one final taken out of it.
    const [, disturbed = ''] = files;
    const lines = readFileSync(join(histories, disturbed), 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('transcript.final'));
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, lines.toSpliced(at, 1).join('\n'));
    const judged = await runRt(['check', 'history', broken]);
    expect(judged.code).toBe(8);
    expect(judged.stdout).toMatch(/words were lost/);
    expect(judged.stderr).toContain('RT8006');
  });

  it('[RUN-5] [RUN-7] tells how to repeat a trial that lost a session of an attached cluster', async () => {
    const redis = await startRedis();
    const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const listen = ['--listen', '127.0.0.1:0'];
    const worker = await startRtServer(['worker', ...listen, '--engine', 'beacon'], environment);
    const gateway = await startRtServer(['gateway', ...listen, '--resume-grace', '1s'], environment);
    try {
      const args = ['chaos', 'run', '--attach', gateway.ready.url, '--sessions', '1', '--trials', '1'];
      const named = ['--pid', `worker=${worker.ready.pid}`];
      const run = await runRt([...args, ...named, '--seed', '4', '--json'], environment);
      // Nobody starts the worker again: its session ends with worker_lost.
      expect(run.code).toBe(8);
      const [baseline, trial] = (JSON.parse(run.stdout) as Document).trials;
      expect([baseline?.ok, trial?.ok]).toEqual([true, false]);
      expect(trial?.repeat).toBe(
        'rt chaos run --scenario worker-kill --seed 4 --sessions 1 --first-trial 0 --trials 1',
      );
      expect((await worker.finished).code).toBe(137);

      const stranger = await runRt([...args, '--pid', `worker=${process.pid}`], environment);
      expect(stranger.code).toBe(2);
      expect(stranger.stderr).toContain('No worker of the cluster has the pid');
      const restart = await runRt([...args, '--scenario', 'redis-down'], environment);
      expect(restart.code).toBe(2);
      expect(restart.stderr).toContain('cannot do in a cluster it did not start');
    } finally {
      for (const server of [worker, gateway]) server.kill('SIGKILL');
      await redis.stop();
    }
  });

  it.skipIf(process.platform !== 'linux')(
    '[RUN-8] lets a worker that it stopped go on when it is interrupted',
    async () => {
      const redis = await startRedis();
      const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
      const listen = ['--listen', '127.0.0.1:0'];
      const worker = await startRtServer(['worker', ...listen, '--engine', 'beacon'], environment);
      const gateway = await startRtServer(['gateway', ...listen], environment);
      const args = ['chaos', 'run', '--attach', gateway.ready.url, '--pid', `worker=${worker.pid}`];
      const run = startRt([...args, '--scenario', 'worker-stop', '--sessions', '1'], environment);
      try {
        while (!isStopped(worker.pid)) await sleep(20);
        run.kill('SIGINT');
        expect((await run.finished).code).toBe(130);
        expect(isStopped(worker.pid)).toBe(false);
      } finally {
        for (const rt of [run, worker, gateway]) rt.kill('SIGKILL');
        await redis.stop();
      }
    },
  );

  it.skipIf(process.platform !== 'linux')(
    '[RUN-6] leaves no process and no folder, also when it is killed',
    async () => {
      const run = startRt(['chaos', 'run', '--trials', '1', '--sessions', '1']);
      // Five of its own, and the shell that watches over them.
      while (childrenOf(run.pid).length < 6) await sleep(50);
      const children = childrenOf(run.pid);
      const folders = new Set(children.map((pid) => readlinkSync(`/proc/${String(pid)}/cwd`)));
      const [own] = [...folders].filter((each) => each.includes('rt-chaos-'));
      run.kill('SIGKILL');
      await run.finished;
      const lateMs = performance.now() + 5_000;
      const isLeft = (): boolean => children.some(isRunning) || existsSync(own ?? '/');
      while (isLeft() && performance.now() < lateMs) await sleep(50);
      expect(own).toBeDefined();
      expect([children.filter(isRunning), existsSync(own ?? '/')]).toEqual([[], false]);
    },
  );
});

describe('rt chaos run, asked for what cannot be', () => {
  it.each([
    [['--scenario', 'earthquake'], 'There is no scenario earthquake'],
    [['--pid', 'worker=1'], '--pid is for a running cluster'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await runRt(['chaos', 'run', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('[CHK-1] rt check history names what it cannot read', async () => {
    const { code, stderr } = await runRt(['check', 'history', join(folder, 'absent.jsonl')]);
    expect(code).toBe(7);
    expect(stderr).toContain('absent.jsonl cannot be read');
  });
});

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
}

/** A zombie has ended, and waits for a parent that is gone too. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}
