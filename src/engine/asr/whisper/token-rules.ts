/**
 * Which tokens the next step may choose, by what has been decoded so far. Pure but for the logits, which are
 * masked in place with −∞. Source: `SuppressTokens`, `SuppressBlank` and `ApplyTimestampRules` of OpenAI's
 * decoding.py, in that order.
 */
import { logSumExp } from './token-choice.ts';
import type { TokenRules, WhisperTokens } from './whisper-card.ts';

export interface RuleSet {
  readonly tokens: Pick<WhisperTokens, 'endOfText' | 'noTimestamps' | 'firstTimestamp'>;
  readonly rules: TokenRules;
  /** Off: the prompt said `<|notimestamps|>`, and only suppression is left. */
  readonly timestamps: boolean;
}

/**
 * Masks `logits` (one per token of the vocabulary).
 * @param decoded what was chosen so far, without the prompt
 */
export function applyTokenRules(logits: Float32Array, decoded: readonly number[], set: RuleSet): void {
  const { suppressed, suppressedAtBegin } = set.rules;
  for (const id of suppressed) logits[id] = Number.NEGATIVE_INFINITY;
  if (decoded.length === 0) for (const id of suppressedAtBegin) logits[id] = Number.NEGATIVE_INFINITY;
  if (set.timestamps) applyTimestampRules(logits, decoded, set);
}

function applyTimestampRules(logits: Float32Array, decoded: readonly number[], set: RuleSet): void {
  const { endOfText, noTimestamps, firstTimestamp } = set.tokens;
  const forbid = (from: number, to: number): unknown => logits.fill(Number.NEGATIVE_INFINITY, from, to);
  forbid(noTimestamps, noTimestamps + 1);

  const isTimestamp = (id: number | undefined): boolean => id !== undefined && id >= firstTimestamp;
  const followsTimestamp = isTimestamp(decoded.at(-1));
  // A segment that has just been closed; the very first timestamp opens one like the second of a pair does.
  const isClosed = followsTimestamp && decoded.length >= 2 && !isTimestamp(decoded.at(-2));
  if (isClosed) forbid(0, endOfText);
  else if (followsTimestamp) forbid(firstTimestamp, logits.length);

  const last = decoded.findLast(isTimestamp);
  // The next segment may start where this one ends; a segment may not end where it started.
  if (last !== undefined) forbid(firstTimestamp, isClosed ? last : last + 1);

  if (decoded.length === 0) {
    forbid(0, firstTimestamp);
    const latest = set.rules.maxInitialTimestamp;
    if (latest !== undefined) forbid(firstTimestamp + latest + 1, logits.length);
  }
  if (isTimestampDue(logits, firstTimestamp)) forbid(0, firstTimestamp);
}

/** All timestamps together are likelier than the likeliest other token. */
function isTimestampDue(logits: Float32Array, firstTimestamp: number): boolean {
  let likeliest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < firstTimestamp; id++) likeliest = Math.max(likeliest, logits[id]!);
  return logSumExp(logits.subarray(firstTimestamp)) > likeliest;
}
