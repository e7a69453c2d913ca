/**
 * The turns of a realtime transcription session: which audio each of them ends with, and what is said in it. Pure.
 *
 * A turn is known by `speech_stopped` (its end in the audio), then `committed`; its deltas and its `completed` name it.
 * Always true: a delta counts only once its turn has an end, since before that nothing says which audio it needed; a
 * turn that was committed is open until it is completed or failed.
 */
import type { WireResult } from '../wire.ts';

const SAMPLES_PER_MS = 16;

export interface OpenaiTurns {
  /** No turn is committed and unanswered. */
  readonly isAnswered: boolean;
  stopped(item: string, audioEndMs: number): void;
  /** `sentSamples`: the end of a turn that was committed by us, of which the server tells none. */
  committed(item: string, sentSamples: number): void;
  /** The text of the turn so far; undefined while its end is not known. */
  delta(item: string, text: string): WireResult | undefined;
  completed(item: string, text: string, sentSamples: number): WireResult;
  failed(item: string): void;
}

export function createOpenaiTurns(): OpenaiTurns {
  const ends = new Map<string, number>();
  const texts = new Map<string, string>();
  const open = new Set<string>();
  const over = (item: string): void => {
    open.delete(item);
    texts.delete(item);
    ends.delete(item);
  };
  return {
    get isAnswered() {
      return open.size === 0;
    },
    stopped: (item, audioEndMs) => void ends.set(item, Math.round(audioEndMs * SAMPLES_PER_MS)),
    committed(item, sentSamples) {
      open.add(item);
      if (!ends.has(item)) ends.set(item, sentSamples);
    },
    delta(item, text) {
      const said = (texts.get(item) ?? '') + text;
      texts.set(item, said);
      const audioEndSample = ends.get(item);
      return audioEndSample === undefined ? undefined : { text: said.trim(), isFinal: false, audioEndSample };
    },
    completed(item, text, sentSamples) {
      const audioEndSample = ends.get(item) ?? sentSamples;
      over(item);
      return { text: text.trim(), isFinal: true, audioEndSample };
    },
    failed: over,
  };
}
