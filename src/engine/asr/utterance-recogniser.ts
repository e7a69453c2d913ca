/**
 * The port of a recogniser that hears whole utterances: speech that the detector has cut out, many
 * utterances in one call. It remembers nothing between calls.
 */

export interface UtteranceAudio {
  /** 16 kHz, mono, in [-1, 1). */
  readonly samples: Float32Array;
  /** Language as the session asked for it; `auto` where it did not say. */
  readonly language: string;
}

/** A word with its place in the utterance, in samples from the utterance's start. */
export interface UtteranceWord {
  readonly word: string;
  readonly startSample: number;
  readonly endSample: number;
  /** In [0, 1]. */
  readonly confidence: number;
}

export interface UtteranceResult {
  /** The words as they are written, joined by single spaces where the language has them. */
  readonly text: string;
  readonly words: readonly UtteranceWord[];
  /** Token ids as decoded, for comparison with a reference. */
  readonly tokens: readonly number[];
  /** What the model took the language to be, as a BCP 47 tag, where it can tell. */
  readonly language?: string;
  /** A guard cut or dropped text: the model repeated itself, or spoke where nobody did. */
  readonly guard?: 'repetition' | 'no_speech';
}

export interface UtteranceRecogniser {
  /** Longest utterance it can take. */
  readonly maxSamples: number;
  readonly maxBatch: number;
  /**
   * Recognises every item.
   * @returns per item its result, or undefined when the model produced something that is not a number
   * @throws RtError asr_failed, resource_exhausted
   */
  recognise(items: readonly UtteranceAudio[]): Promise<readonly (UtteranceResult | undefined)[]>;
}
