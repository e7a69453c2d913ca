/**
 * Entry of a worker process of `rt up`: its options come over the channel to its parent, and when that channel
 * closes, because the parent wants it or is gone, the worker leaves the fleet and the process ends.
 */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { toRtError } from '../base/errors.ts';
import { resolveSection } from '../config/resolve.ts';
import { workerSection } from '../config/settings/worker.ts';
import type { RunningProcess, WorkerOptions } from './ports.ts';
import { startWorker } from './worker.ts';
import type { FromWorkerChild } from './worker-child-messages.ts';

function tell(message: FromWorkerChild): void {
  // A parent that leaves right now closes the channel under the message. Without the callback that would be
  // an uncaught error, and the worker would be gone without leaving the fleet; `disconnect` sees to it.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function end(running: RunningProcess, exitCode: number): Promise<void> {
  await running.stop('the process ends');
  process.exit(exitCode);
}

/** As `rt worker` does with its defaults; its sessions move to other workers, where there are any. */
async function leave(running: RunningProcess): Promise<void> {
  const { drainTimeoutMs } = resolveSection(workerSection, []).values;
  const outcome = await running.drain(drainTimeoutMs);
  tell({ type: 'drained', outcome });
  await end(running, outcome === 'drained' ? 0 : ERROR_CATALOGUE.drain_deadline.exitCode);
}

async function main(options: WorkerOptions): Promise<void> {
  try {
    const running = await startWorker(options);
    void running.failed.then(() => end(running, 1));
    void running.drainWished?.then(() => leave(running));
    process.on('SIGTERM', () => void end(running, 0));
    process.on('disconnect', () => void end(running, 0));
    if (process.connected) tell({ type: 'ready', id: running.id, url: running.url });
    else await end(running, 0);
  } catch (error) {
    const { code, message, hint } = toRtError(error);
    tell({ type: 'failed', code, message, hint });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}

// Ctrl-C reaches every process of the terminal; the parent decides when its workers end.
process.on('SIGINT', () => undefined);
process.once('message', (options) => void main(options as WorkerOptions));
