/** Faults that a beacon engine has on request, so that what is around it can be shown to bear them. */
import { MOST_BEACON_ID } from '../../audio/beacon/beacon-code.ts';

export type BeaconFault =
  /** Audio is decoded at this multiple of real time. */
  | { readonly type: 'speed'; readonly factor: number }
  /** Each step takes so long. */
  | { readonly type: 'step'; readonly takesMs: number }
  /** The thread is blocked when the word is heard. */
  | { readonly type: 'block'; readonly id: number; readonly blockedMs: number }
  /** The process dies, nothing more is decoded, or no memory is found when the word is heard. */
  | { readonly type: 'crash' | 'stall' | 'oom'; readonly id: number };

/** How each is written. */
export const BEACON_FAULT_FORMS =
  'speed=FACTOR, step-ms=N, block-ms=N@ID, crash-on-word=ID, stall-on-word=ID, oom-on-word=ID';

const LONGEST_MS = 600_000;
const FACTORS = { least: 0.01, most: 1000 };

/** The fault that `text` names, or undefined when it names none. */
export function parseBeaconFault(text: string): BeaconFault | undefined {
  const [, key, value = ''] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  switch (key) {
    case 'speed': {
      const factor = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
      return factor >= FACTORS.least && factor <= FACTORS.most ? { type: 'speed', factor } : undefined;
    }
    case 'step-ms': {
      const takesMs = wholeNumber(value, LONGEST_MS);
      return takesMs === undefined ? undefined : { type: 'step', takesMs };
    }
    case 'block-ms': {
      const [ms = '', word = ''] = value.split('@');
      const blockedMs = wholeNumber(ms, LONGEST_MS);
      const id = wholeNumber(word, MOST_BEACON_ID);
      return blockedMs === undefined || id === undefined ? undefined : { type: 'block', id, blockedMs };
    }
    case 'crash-on-word':
      return onWord('crash', value);
    case 'stall-on-word':
      return onWord('stall', value);
    case 'oom-on-word':
      return onWord('oom', value);
    default:
      return undefined;
  }
}

function onWord(type: 'crash' | 'stall' | 'oom', value: string): BeaconFault | undefined {
  const id = wholeNumber(value, MOST_BEACON_ID);
  return id === undefined ? undefined : { type, id };
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}
