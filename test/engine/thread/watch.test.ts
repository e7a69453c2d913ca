import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchThread } from '../../../src/engine/thread/watch.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ANSWERS = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ type }) => {
    if (type === 'stop') parentPort.close();
    else parentPort.postMessage({ type: 'pong', stats: { steps: 7 } });
  });
  parentPort.postMessage('started');`;
const STUCK = `
  require('node:worker_threads').parentPort.postMessage('started');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
const DIES = `
  require('node:worker_threads').parentPort.once('message', () => { throw new Error('out of luck'); });
  require('node:worker_threads').parentPort.postMessage('started');`;

const threads: Worker[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const thread of threads.splice(0)) await thread.terminate();
});

async function start(script: string): Promise<Worker> {
  const thread = new Worker(script, { eval: true });
  threads.push(thread);
  await once(thread, 'message');
  return thread;
}

function watching(thread: Worker): {
  readonly watch: ReturnType<typeof watchThread>;
  readonly failures: Error[];
  readonly clock: ReturnType<typeof createFakeClock>;
} {
  const clock = createFakeClock();
  const watch = watchThread(thread, {
    clock,
    onEvents: () => undefined,
    onExhausted: () => undefined,
    onStats: () => undefined,
  });
  const failures: Error[] = [];
  watch.onFailure((error) => failures.push(error));
  return { watch, failures, clock };
}

describe('an engine thread', () => {
  it('[ENG-37] that answers is well, and its figures are known', async () => {
    const thread = await start(ANSWERS);
    const { watch, failures, clock } = watching(thread);
    for (let i = 0; i < 8; i++) {
      await clock.advance(2000);
      const answer = once(thread, 'message');
      vi.advanceTimersByTime(2000);
      await answer;
    }
    expect(watch.stats().steps).toBe(7);
    await watch.stop();
    expect(failures).toEqual([]);
  });

  it('[ENG-37] that says nothing for more than 10 s has failed', async () => {
    const { watch, failures, clock } = watching(await start(STUCK));
    await clock.advance(10_000);
    vi.advanceTimersByTime(2000);
    expect(failures).toEqual([]);
    await clock.advance(2000);
    vi.advanceTimersByTime(2000);
    expect(failures).toMatchObject([{ message: 'The engine thread has not answered for 10 s' }]);
    const late: Error[] = [];
    watch.onFailure((error) => late.push(error));
    expect(late).toEqual(failures);
  });

  it('[ENG-37] that dies has failed, once and with its reason', async () => {
    const thread = await start(DIES);
    const { failures } = watching(thread);
    const exited = new Promise((resolve) => thread.once('exit', resolve));
    vi.advanceTimersByTime(2000);
    await exited;
    expect(failures).toMatchObject([{ code: 'internal_error', message: 'out of luck' }]);
  });
});
