/**
 * Makes the faults of a beacon engine happen at the step that hears their word, each time it is heard.
 *
 * Always true: what a fault throws is thrown before any stream has moved, as a model would; a stall ends with the
 * engine, so that closing it never waits for ever.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import type { BeaconFault } from './beacon-fault.ts';

export interface FaultHookParts {
  readonly faults: readonly BeaconFault[];
  readonly clock: Clock;
  /** Aborted when the engine closes. */
  readonly closing: AbortSignal;
  /** Ends this process as an abort in native code would. */
  readonly die: () => void;
}

/** @returns what a step awaits before it lets its words be heard: @throws RtError resource_exhausted */
export function createFaultHooks(parts: FaultHookParts): (ids: readonly number[]) => Promise<void> {
  const { faults } = parts;
  return async (ids) => {
    for (const fault of faults) {
      if (!('id' in fault) || ids.includes(fault.id)) await happen(fault, parts);
    }
  };
}

async function happen(fault: BeaconFault, { clock, closing, die }: FaultHookParts): Promise<void> {
  switch (fault.type) {
    // Audio is held back before it reaches a session (slow-audio.ts).
    case 'speed':
      return;
    case 'step':
      return clock.sleep(fault.takesMs, closing).catch(() => undefined);
    case 'block':
      blockThread(fault.blockedMs);
      return;
    case 'crash':
      die();
      return;
    case 'stall':
      return aborted(closing);
    case 'oom':
      throw new RtError('resource_exhausted', `No memory for word ${fault.id}, as was asked for`);
  }
}

/** Nothing else runs on this thread meanwhile; costs no CPU. */
function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
