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
  const seen: { stream?: BenchStream; model?: string | undefined; isReady: boolean } = { isReady: false };
  let fault: WireFault = {
    code: 'session_failed',
    message: 'The server closed a session that had no audio yet',
  };
  const over = new Promise<'over'>((resolve) => {
    seen.stream = wire.open({
      onReady: (model) => {
        Object.assign(seen, { model, isReady: true });
        // In good order, so that its slot is free when the measuring starts.
        seen.stream?.end();
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
  seen.stream?.close();
  if (seen.isReady) return seen.model;
  if (ended === 'late') {
    throw new RtError('timeout', `${wire.url} took a connection but did not begin a session`);
  }
  throw new RtError(fault.code, fault.message, { retryAfterMs: fault.retryAfterMs });
}
