/**
 * Everything a process opened, to be closed in the reverse order.
 *
 * Always true: each step runs once and gets `STEP_MS` at most, and one that fails or hangs does not keep the
 * others from running; so `close` ends, whatever state a connection is in.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { settlesWithin } from '../base/within.ts';

/** Redis that is away costs 1.5 s a request; a step makes two at most. */
const STEP_MS = 5_000;

export interface Closing {
  /** Adds what has just been opened. */
  add(name: string, step: () => unknown): void;
  /** Idempotent; never rejects. */
  close(): Promise<void>;
}

export function createClosing(parts: { readonly clock: Clock; readonly log: Logger }): Closing {
  const { clock, log } = parts;
  const steps: { readonly name: string; readonly run: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  const runStep = async ({ name, run }: (typeof steps)[number]): Promise<void> => {
    const step = (async () => {
      await run();
    })().catch((error: unknown) => {
      log.warn('closing failed', { part: name, error: messageOf(error) });
    });
    if (!(await settlesWithin(clock, STEP_MS, step)))
      log.warn('not closed in time, going on', { part: name });
  };
  const runAll = async (): Promise<void> => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await runStep(step);
  };

  return {
    add: (name, run) => void steps.push({ name, run }),
    close: () => (closing ??= runAll()),
  };
}

/** Calls `open`; when it throws, closes what it had opened and throws the same. */
export async function openOrClose<T>(closing: Closing, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await closing.close();
    throw error;
  }
}
