import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import { keepHeartbeat } from '../../src/transport/heartbeat.ts';

/** A heartbeat on a clock whose sleeps end when the test says so. */
function setUp() {
  const slept: number[] = [];
  let wake = (): void => {};
  let onAsleep = (): void => {};
  const clock: Clock = {
    nowMs: () => 0,
    date: () => new Date(0),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        slept.push(ms);
        wake = resolve;
        signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        onAsleep();
      }),
  };
  const gone = new AbortController();
  const peer = { bytesRead: 0, isPaused: false, pings: 0, isCut: false };
  const done = keepHeartbeat(
    {
      get bytesRead() {
        return peer.bytesRead;
      },
      isPaused: () => peer.isPaused,
      ping: () => {
        peer.pings += 1;
      },
      terminate: () => {
        peer.isCut = true;
      },
    },
    { clock, timing: { pingIntervalMs: 15_000, pongTimeoutMs: 10_000 }, gone: gone.signal },
  );
  /** Ends the current sleep and runs until the next one, or to the end. */
  const step = async (): Promise<void> => {
    const asleep = new Promise<void>((resolve) => {
      onAsleep = resolve;
    });
    wake();
    await Promise.race([asleep, done]);
  };
  return { slept, gone, peer, done, step };
}

describe('keepHeartbeat', () => {
  it('[WIRE-5] cuts a peer that sends nothing after a ping', async () => {
    const { slept, peer, done, step } = setUp();
    await step();
    expect(peer.pings).toBe(1);
    await step();
    await done;
    expect(peer.isCut).toBe(true);
    expect(slept).toEqual([15_000, 10_000]);
  });

  it('[WIRE-5] pings every 15 s a peer that sends anything at all', async () => {
    const { slept, gone, peer, done, step } = setUp();
    await step();
    peer.bytesRead += 1;
    await step();
    await step();
    expect(peer.pings).toBe(2);
    gone.abort();
    await done;
    expect(slept).toEqual([15_000, 10_000, 5_000, 10_000]);
    expect(peer.isCut).toBe(false);
  });

  it('[WIRE-5] does not judge a peer this side has stopped reading', async () => {
    const { gone, peer, done, step } = setUp();
    peer.isPaused = true;
    await step();
    expect(peer.pings).toBe(0);
    peer.isPaused = false;
    await step();
    expect(peer.pings).toBe(1);
    peer.isPaused = true;
    await step();
    gone.abort();
    await done;
    expect(peer.isCut).toBe(false);
  });

  it('[WIRE-5] sees a pong that waited in the kernel while this process was blocked', async () => {
    const { gone, peer, done, step } = setUp();
    await step();
    // What the poll phase after the overdue timer would read.
    setImmediate(() => {
      peer.bytesRead += 6;
    });
    await step();
    gone.abort();
    await done;
    expect(peer.isCut).toBe(false);
  });
});
