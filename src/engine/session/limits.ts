/** Lengths that follow from a session's options. Pure. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { EngineSessionOptions } from '../engine.ts';
import { type Recognition, TAIL_SAMPLES } from './recognition.ts';
import { gridCeil } from './restart-points.ts';

const MS = SAMPLE_RATE / 1000;

/** Audio that may wait in a session; the worker stops reading the link long before. */
export const RING_CAPACITY_SAMPLES: number = 600 * SAMPLE_RATE;

/** Audio before speech that is recognised with it. */
export function lookbackSamples({ prefixPaddingMs }: EngineSessionOptions): number {
  return gridCeil(prefixPaddingMs * MS);
}

/** The limit asked for, or less where look-back, speech and tail must fit one call of the model. */
export function longestUtteranceMs(options: EngineSessionOptions, recognition: Recognition): number {
  if (recognition.kind === 'streaming') return options.maxUtteranceMs;
  const room = (recognition.recogniser.maxSamples - TAIL_SAMPLES) / MS - options.prefixPaddingMs;
  return Math.min(options.maxUtteranceMs, room);
}
