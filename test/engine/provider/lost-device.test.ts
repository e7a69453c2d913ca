import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { watchForLoss } from '../../../src/engine/provider/lost-device.ts';

const FAULT = new RtError('asr_failed', 'Inference failed: CUDA failure 719: unspecified launch failure');
const FULL = new RtError('resource_exhausted', 'Inference failed: CUDA failure 2: out of memory');

/** Runs that went well or failed, and what was said of the GPU. */
function after(...runs: readonly (RtError | 'well')[]): readonly string[] {
  const lost: string[] = [];
  const watch = watchForLoss(({ message }) => void lost.push(message));
  for (const run of runs) {
    if (run === 'well') watch.succeeded();
    else watch.failed(run);
  }
  return lost;
}

const times = (count: number, run: RtError): readonly RtError[] => Array.from({ length: count }, () => run);

describe('a GPU', () => {
  it('[ENG-117] that failed eight times in a row is lost, and that is told once', () => {
    expect(after(...times(7, FAULT))).toEqual([]);
    expect(after(...times(20, FAULT))).toEqual([
      'The GPU has failed 8 times in a row, last: Inference failed: CUDA failure 719: unspecified launch failure',
    ]);
  });

  it('[ENG-117] that works in between is not', () => {
    expect(after(...times(7, FAULT), 'well', ...times(7, FAULT))).toEqual([]);
  });

  it('[ENG-117] whose memory is full is not', () => {
    expect(after(...times(50, FULL))).toEqual([]);
    expect(after(...times(4, FAULT), ...times(50, FULL), ...times(4, FAULT))).toHaveLength(1);
  });
});
