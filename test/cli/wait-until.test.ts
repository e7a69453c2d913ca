import { describe, expect, it } from 'vitest';
import { waitUntilReady } from '../../src/cli/wait-until.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const BASE = { what: 'The gateway is', pauseMs: 250, signal: new AbortController().signal };

describe('waitUntilReady', () => {
  it('asks until the answer is good and says how long it took', async () => {
    const clock = createFakeClock();
    const answers = ['no', 'no', 'ready'];
    const waiting = waitUntilReady({
      ...BASE,
      clock,
      timeoutMs: 5000,
      probe: async () => answers.shift() ?? 'asked too often',
    });
    await clock.advance(1000);
    expect(await waiting).toBe(500);
  });

  it('gives up with the last answer, without sleeping past the end', async () => {
    const clock = createFakeClock();
    const waiting = waitUntilReady({ ...BASE, clock, timeoutMs: 600, probe: async () => '1 of 2 workers' });
    const outcome = expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      message: 'The gateway is not ready within 600ms: 1 of 2 workers',
    });
    await clock.advance(600);
    await outcome;
  });

  it('stops when it is interrupted', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const waiting = waitUntilReady({
      ...BASE,
      clock,
      signal: controller.signal,
      timeoutMs: 60_000,
      probe: async () => 'no',
    });
    const outcome = expect(waiting).rejects.toThrow('stop');
    await clock.advance(100);
    controller.abort(new Error('stop'));
    await outcome;
  });
});
