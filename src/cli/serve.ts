/**
 * The life of a server command: start, say so once, run until a signal, an operator's wish or a fault, drain, stop.
 *
 * Always true: a signal that comes while starting is not lost (the server drains as soon as it is up), a second
 * one ends the process at once, and a fault of the service ends it with its own exit code.
 */
import type { RunningProcess } from '../app/ports.ts';
import { RtError } from '../base/errors.ts';
import { formatDuration } from '../config/durations.ts';
import type { Output } from './output.ts';
import { readyLine, writeReadyFile } from './ready-line.ts';
import { firstStopSignal } from './signals.ts';

export interface ServeOptions {
  readonly output: Output;
  readonly version: string;
  readonly drainTimeoutMs: number;
  readonly readyFile: string | undefined;
  /** What a person may do next, shown on a terminal. */
  readonly next?: string;
}

function announce(running: RunningProcess, options: ServeOptions): void {
  const line = readyLine(running, options.version);
  if (options.readyFile !== undefined) writeReadyFile(line, options.readyFile);
  if (!process.stderr.isTTY) {
    process.stderr.write(`${line}\n`);
    return;
  }
  options.output.note(`${running.role} ${running.id} is ready at ${running.url}`);
  options.output.note(`Health and metrics: ${running.http}/readyz ${running.http}/metrics`);
  if (options.next !== undefined) options.output.note(options.next);
}

/** How long a server waits for Redis while starting: a wrong address is told within three seconds. */
export const REDIS_STARTUP_MS = 2_000;

/** @throws RtError drain_deadline, or whatever ended the service */
export async function serve(start: () => Promise<RunningProcess>, options: ServeOptions): Promise<void> {
  const stopSignal = firstStopSignal();
  const running = await start();
  try {
    announce(running, options);
    const ended = await Promise.race([stopSignal, running.failed, running.drainWished ?? stopSignal]);
    if (ended instanceof Error) throw ended;
    const allowance = formatDuration(options.drainTimeoutMs);
    if (process.stderr.isTTY)
      options.output.note(`Draining for up to ${allowance}; once more ends it at once.`);
    if ((await running.drain(options.drainTimeoutMs)) === 'drained') return;
    throw new RtError('drain_deadline', `Sessions were still running after ${allowance} and were ended`);
  } finally {
    await running.stop('the process ends');
  }
}
