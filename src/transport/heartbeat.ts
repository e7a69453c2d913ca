/**
 * Finds peers that are gone without a word: a ping, then any byte from the peer within the pong
 * timeout, else the connection is cut.
 *
 * Always true: a connection that is paused here is never judged (its pongs wait unread in the
 * kernel), and after the timeout one turn of polling runs before the verdict, so that a blocked
 * event loop of ours does not count against the peer.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';

export interface HeartbeatTiming {
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
}

/** What a heartbeat needs of a connection. */
export interface HeartbeatPeer {
  /** Bytes received so far; any progress is a sign of life. */
  readonly bytesRead: number;
  isPaused(): boolean;
  ping(): void;
  terminate(): void;
}

/** Watches `peer` until `gone` is aborted or the peer is cut; resolves then, never rejects. */
export async function keepHeartbeat(
  peer: HeartbeatPeer,
  options: { readonly clock: Clock; readonly timing: HeartbeatTiming; readonly gone: AbortSignal },
): Promise<void> {
  const { clock, timing, gone } = options;
  let waitMs = timing.pingIntervalMs;
  while (await sleeps(clock, waitMs, gone)) {
    waitMs = timing.pingIntervalMs;
    if (peer.isPaused()) continue;
    const bytesBefore = peer.bytesRead;
    peer.ping();
    if (!(await sleeps(clock, timing.pongTimeoutMs, gone))) return;
    await setImmediate();
    if (gone.aborted) return;
    if (peer.bytesRead === bytesBefore && !peer.isPaused()) {
      peer.terminate();
      return;
    }
    waitMs = Math.max(0, timing.pingIntervalMs - timing.pongTimeoutMs);
  }
}

/** True after `ms`, false when `gone` was aborted first. */
async function sleeps(clock: Clock, ms: number, gone: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, gone).then(
    () => true,
    () => false,
  );
}
