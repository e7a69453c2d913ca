/**
 * How loud a microphone is, and whether it is one: a device that is not there, or is muted, gives the same value over
 * and over, which a quiet room never does.
 */

export interface Level {
  /** Greatest and mean loudness in dB of full scale, at least `FLOOR_DB`. */
  readonly peakDb: number;
  readonly rmsDb: number;
}

/** What it hears is not worth sending: `same` samples only, or hardly anything above the noise. */
export type SignalFault = 'same' | 'faint';

export interface LevelMeter {
  readonly level: Level;
  /** Counts `samples`; a fault is told once, when it has lasted, and again after there was a signal. */
  hear(samples: Int16Array): SignalFault | undefined;
}

export const FLOOR_DB = -96;
/** A person in the same room is above it; the noise of most microphones below. */
const FAINT_DB = -55;
const WINDOW_MS = 100;
const FULL_SCALE = 32_768;

/** What is known of the window that is being filled, and of the silence so far. */
interface Hearing {
  samples: number;
  peak: number;
  squares: number;
  faintMs: number;
  sameMs: number;
  lastValue: number | undefined;
  isConstant: boolean;
  hasTold: boolean;
}

/** A meter with a window of 100 ms; faults after `faultAfterMs`. */
export function createLevelMeter(options: {
  readonly sampleRate: number;
  readonly faultAfterMs: number;
}): LevelMeter {
  const windowSamples = (options.sampleRate * WINDOW_MS) / 1000;
  const now: Hearing = {
    ...{ samples: 0, peak: 0, squares: 0, isConstant: true },
    ...{ faintMs: 0, sameMs: 0, lastValue: undefined, hasTold: false },
  };
  let level: Level = { peakDb: FLOOR_DB, rmsDb: FLOOR_DB };

  const finishWindow = (): SignalFault | undefined => {
    level = { peakDb: decibels(now.peak), rmsDb: decibels(Math.sqrt(now.squares / now.samples)) };
    const isFaint = level.peakDb < FAINT_DB;
    now.sameMs = now.isConstant ? now.sameMs + WINDOW_MS : 0;
    now.faintMs = now.isConstant || isFaint ? now.faintMs + WINDOW_MS : 0;
    Object.assign(now, { samples: 0, peak: 0, squares: 0, lastValue: undefined, isConstant: true });
    if (now.faintMs === 0) now.hasTold = false;
    if (now.hasTold || now.faintMs < options.faultAfterMs) return undefined;
    now.hasTold = true;
    return now.sameMs >= options.faultAfterMs ? 'same' : 'faint';
  };

  return {
    get level() {
      return level;
    },
    hear: (samples) => {
      let fault: SignalFault | undefined;
      for (const value of samples) {
        now.peak = Math.max(now.peak, Math.abs(value));
        now.squares += value * value;
        if (now.lastValue !== undefined && value !== now.lastValue) now.isConstant = false;
        now.lastValue = value;
        now.samples += 1;
        if (now.samples >= windowSamples) fault = finishWindow() ?? fault;
      }
      return fault;
    },
  };
}

function decibels(amplitude: number): number {
  return amplitude <= 0 ? FLOOR_DB : Math.max(FLOOR_DB, 20 * Math.log10(amplitude / FULL_SCALE));
}

/** What a fault is for whoever speaks. */
export function signalFaultText(fault: SignalFault, { peakDb }: Level): string {
  return fault === 'same'
    ? 'No signal: every sample of the last seconds is the same. The microphone is muted, or it is none: see rt stream --list-devices.'
    : `Hardly a signal: the loudest of the last seconds is ${peakDb.toFixed(0)} dB. Is it the right microphone? See rt stream --list-devices.`;
}
