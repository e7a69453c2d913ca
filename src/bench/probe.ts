/** One session without audio, before anything is measured: is somebody there, and which model does it serve? */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { within } from '../base/within.ts';
import type { BenchStream, BenchWire, WireFault } from './wire.ts';

const ENOUGH_MS = 15_000;

/**
 * The resolved name of the model, where the server tells.
 * @throws RtError with the code of the fault: unreachable, no_capacity, invalid_parameters, timeout and so on
 */
export async function probeModel(wire: BenchWire, clock: Clock): Promise<string | undefined> {
  let stream: BenchStream | undefined;
  let fault: WireFault = {
    code: 'session_failed',
    message: 'The server closed a session that had no audio yet',
  };
  let model: string | undefined;
  let isReady = false;
  const over = new Promise<'over'>((resolve) => {
    stream = wire.open({
      onReady: (name) => {
        isReady = true;
        model = name;
        // In good order, so that its slot is free when the measuring starts.
        stream?.end();
      },
      onResult: () => undefined,
      onWarning: () => undefined,
      onFault: (said) => {
        fault = said;
      },
      onEnd: () => resolve('over'),
      onClose: () => resolve('over'),
    });
  });
  const ended = await within(clock, ENOUGH_MS, over);
  stream?.close();
  if (isReady) return model;
  if (ended === 'late') {
    throw new RtError('timeout', `${wire.url} took a connection but did not begin a session`);
  }
  throw new RtError(fault.code, fault.message, { retryAfterMs: fault.retryAfterMs });
}
