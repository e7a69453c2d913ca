/**
 * Tells a GPU that is gone (fallen off the bus, its context destroyed) from an inference that failed: the first fails
 * at everything from then on, and only a new process gets it back. A session's own audio cannot do that: a batch
 * that fails is run one by one, and the others succeed.
 *
 * Always true: told once; lack of memory is no loss, because smaller steps follow it.
 */
import { RtError } from '../../base/errors.ts';
import type { RunWatch } from '../onnx.ts';

const MOST_FAILURES_IN_A_ROW = 8;

/** Counts the runs of all graphs of an engine thread. */
export function watchForLoss(onLost: (error: RtError) => void): RunWatch {
  let failures = 0;
  return {
    succeeded() {
      failures = 0;
    },
    failed(error) {
      if (error.code === 'resource_exhausted') return;
      failures++;
      if (failures !== MOST_FAILURES_IN_A_ROW) return;
      onLost(
        new RtError(
          'internal_error',
          `The GPU has failed ${failures} times in a row, last: ${error.message}`,
          {
            cause: error,
          },
        ),
      );
    },
  };
}
