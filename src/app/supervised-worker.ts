/**
 * A worker of `rt up` as a process of its own, started again whenever it ends by itself: an abort in the native
 * part of the engine costs one worker, not the gateway.
 *
 * Always true: at most one process at a time; each start is a new worker with an id of its own, because the record
 * of one that was killed stands until its lease has run out; after `stop`, or once an operator has drained it, none
 * is started.
 */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { settlesWithin } from '../base/within.ts';
import type { WorkerOptions } from './ports.ts';
import type { FromWorkerChild } from './worker-child-messages.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** One that ran this long had started well: the next failure is a new one. */
const PROVEN_MS = 60_000;
const END_WITHIN_MS = 5_000;

/** As for every command (bin/run.js), by a flag because the child has an entry of its own. */
const YOUNG_GENERATION_MB = 1;

export interface SupervisedWorker {
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface SupervisedWorkerOptions {
  readonly worker: WorkerOptions;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long to wait before the n-th start in a row that failed or did not last. */
export function restartDelayMs(failuresInARow: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failuresInARow - 1), LONGEST_DELAY_MS);
}

/**
 * Resolves when the first process has registered its worker.
 * @throws RtError what kept the first one from starting
 */
export async function superviseWorker(options: SupervisedWorkerOptions): Promise<SupervisedWorker> {
  const { clock, log } = options;
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  let current = launch(options.worker);
  await current.ready;

  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    let startedAtMs = clock.nowMs();
    for (;;) {
      const cause = await current.ended;
      if (isStopped()) return;
      if (current.isDrained()) {
        log.info('a worker was drained by an operator and stays down');
        return;
      }
      failures = clock.nowMs() - startedAtMs > PROVEN_MS ? 1 : failures + 1;
      const delayMs = restartDelayMs(failures);
      log.warn('a worker process ended and is started again', { cause, delayMs });
      await clock.sleep(delayMs, stopped.signal).catch(() => undefined);
      if (isStopped()) return;
      startedAtMs = clock.nowMs();
      current = launch(options.worker);
      await current.ready.catch((error: unknown) => {
        log.warn('a worker process did not start', { error: messageOf(error) });
      });
    }
  };
  const running = keepRunning();

  return {
    async stop() {
      stopped.abort(new RtError('interrupted', 'the supervisor stops'));
      await current.end(clock);
      await running;
    },
  };
}

interface WorkerProcess {
  /** @throws RtError */
  readonly ready: Promise<void>;
  /** Why it ended, for the log; never rejects. */
  readonly ended: Promise<string>;
  /** An operator wanted it to leave. */
  isDrained(): boolean;
  end(clock: Clock): Promise<void>;
}

/** The compiled entry: a process started here loads no TypeScript, also when this file runs from its source. */
function entry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const url = isSource ? '../../dist/app/worker-child.js' : './worker-child.js';
  return fileURLToPath(new URL(url, import.meta.url));
}

function launch(worker: WorkerOptions): WorkerProcess {
  const child = execa(process.execPath, [`--max-semi-space-size=${YOUNG_GENERATION_MB}`, entry()], {
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  });
  const ended = child.then(({ exitCode, signal }) => signal ?? `exit code ${String(exitCode)}`);
  const firstWord = new Promise<FromWorkerChild>((resolve) => {
    child.once('message', (message) => resolve(message as FromWorkerChild));
  });
  let isDrained = false;
  child.on('message', (message) => {
    if ((message as FromWorkerChild).type === 'drained') isDrained = true;
  });
  child.send(worker);
  return {
    ready: started(firstWord, ended),
    ended,
    isDrained: () => isDrained,
    async end(clock) {
      // The child leaves the fleet when the channel closes.
      if (child.connected) child.disconnect();
      if (await settlesWithin(clock, END_WITHIN_MS, ended)) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function started(firstWord: Promise<FromWorkerChild>, ended: Promise<string>): Promise<void> {
  const word = await Promise.race([firstWord, ended]);
  if (typeof word === 'string') {
    throw new RtError('internal_error', `The worker process ended before it was ready (${word})`);
  }
  if (word.type === 'failed') {
    throw new RtError(word.code, word.message, word.hint === undefined ? {} : { hint: word.hint });
  }
}
