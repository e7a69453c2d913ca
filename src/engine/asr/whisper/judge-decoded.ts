/**
 * Whether a decoded utterance can be what was said. Pure. Source: the thresholds of OpenAI's transcribe.py;
 * a loop is stopped by its tokens there too late for a live session, so here it is a reason of its own.
 */
import type { Decoded } from './decode-batch.ts';
import { compressionRatio } from './repetition.ts';

const MAX_COMPRESSION_RATIO = 2.4;
const MIN_MEAN_LOG_PROBABILITY = -1;
const NO_SPEECH_PROBABILITY = 0.6;

/**
 * `good`: what was said. `silent`: nobody spoke. `doubtful`: another attempt at a higher temperature may be
 * better.
 */
export type Verdict = 'good' | 'silent' | 'doubtful';

export function judgeDecoded(decoded: Decoded, text: string): Verdict {
  const isUnsure = decoded.meanLogProbability < MIN_MEAN_LOG_PROBABILITY;
  if (isUnsure && decoded.noSpeechProbability > NO_SPEECH_PROBABILITY) return 'silent';
  if (isUnsure || decoded.isLoop || compressionRatio(text) > MAX_COMPRESSION_RATIO) return 'doubtful';
  return 'good';
}

/** Of two doubtful attempts the better: one that does not loop, then the one the model is surer of. */
export function betterOf(a: Decoded, b: Decoded): Decoded {
  if (a.isLoop !== b.isLoop) return a.isLoop ? b : a;
  return b.meanLogProbability > a.meanLogProbability ? b : a;
}
