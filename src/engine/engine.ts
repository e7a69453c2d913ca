/**
 * The engine port: 16 kHz audio in, events in session samples out. An engine knows nothing of
 * sockets, session ids on the wire or Redis (docs/engine.md, rules ENG-n).
 */
import type { RtErrorCode } from '../base/errors.ts';

export interface EngineWord {
  readonly word: string;
  readonly startSample: number;
  readonly endSample: number;
  /** Mean over the word's tokens of the greatest probability in each token's run, in [0, 1]. */
  readonly confidence: number;
}

/** A stretch of text with its place in the session. */
export interface EngineText {
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly words: readonly EngineWord[];
}

export type EngineEvent =
  | { readonly type: 'speech-start'; readonly atSample: number }
  | { readonly type: 'speech-end'; readonly atSample: number }
  /** `stableChars`: code points of `text` that later partials and the final keep. */
  | ({ readonly type: 'partial'; readonly stableChars: number; readonly audioEndSample: number } & EngineText)
  | ({
      readonly type: 'final';
      readonly confidence: number;
      readonly audioEndSample: number;
      readonly commitSample: number;
      /** BCP 47 tag of the language the model heard, where it can tell. */
      readonly language?: string;
    } & EngineText)
  /** One utterance failed; the session goes on from `commitSample`. */
  | {
      readonly type: 'fault';
      readonly code: RtErrorCode;
      readonly message: string;
      readonly commitSample: number;
    }
  /** The warning a client should see, by its wire code. */
  | {
      readonly type: 'warning';
      readonly code: 'speech_without_words' | 'repeated_text';
      readonly message: string;
      readonly atSample: number;
    }
  /** After each step; `decodedSample` is what the engine has consumed. */
  | { readonly type: 'progress'; readonly decodedSample: number; readonly commitSample: number }
  /** After `end`: nothing follows. */
  | { readonly type: 'ended'; readonly decodedSample: number; readonly speechSamples: number };

export interface EngineSessionOptions {
  /** Name or alias of a model this engine serves. */
  readonly model: string;
  readonly language: string;
  readonly partials: boolean;
  /** Off: the whole stream is one utterance, cut only by flush, end and `maxUtteranceMs`. */
  readonly vad: boolean;
  readonly vadThreshold: number;
  readonly minSpeechMs: number;
  readonly minSilenceMs: number;
  readonly prefixPaddingMs: number;
  readonly maxUtteranceMs: number;
  /** Session sample at which decoding starts; a multiple of GRID_SAMPLES. */
  readonly fromSample: number;
  /** How many of the first samples pushed are older than `fromSample`. */
  readonly historySamples: number;
}

/** What may change while a session runs; takes effect at the next window. */
export type EngineSessionUpdate = Partial<
  Pick<EngineSessionOptions, 'partials' | 'vadThreshold' | 'minSpeechMs' | 'minSilenceMs'>
>;

export interface EngineSession {
  /** Takes ownership of `pcm` (16-bit, 16 kHz, mono); any length, in order. */
  push(pcm: Int16Array): void;
  /** Finishes the current utterance at the last whole grid step and starts afresh there. */
  flush(): void;
  /** Drops what is not final yet, without a final. */
  clear(): void;
  update(change: EngineSessionUpdate): void;
  /** No more audio: decode what is left, then `ended`. */
  end(): void;
  /** Forgets the session at once; no event follows. Idempotent. */
  close(): void;
}

export interface EngineModel {
  /** Resolved name, for example `rt-tiny-en-160ms`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly languages: readonly string[];
  readonly streaming: boolean;
  readonly chunkMs: number;
}

/** Live figures of an engine, cumulative since start unless said otherwise. */
export interface EngineStats {
  readonly sessions: number;
  readonly steps: number;
  /** Duration of recent recogniser steps in milliseconds. */
  readonly stepP50Ms: number;
  readonly stepP95Ms: number;
  readonly stepP99Ms: number;
  /** How long one step may be expected to take: the slowest recent ones, or what was measured at start. */
  readonly longestStepMs: number;
  /** Mean number of sessions in a recogniser step. */
  readonly batchFill: number;
  /** Arrival of audio → end of the step that used it, over the last two seconds. */
  readonly lagP50Ms: number;
  readonly lagP95Ms: number;
  /** A session was ready for its step → the step began, over the last two seconds. */
  readonly stepWaitP50Ms: number;
  readonly stepWaitP95Ms: number;
}

export interface Engine {
  readonly models: readonly EngineModel[];
  readonly provider: string;
  /** Older audio a cold start at a restart point wants before it, in samples. */
  readonly historySamples: number;
  /** @throws RtError invalid_parameters (unknown model) or language_unsupported */
  open(options: EngineSessionOptions, onEvent: (event: EngineEvent) => void): EngineSession;
  stats(): EngineStats;
  /** Calls back once if an engine thread died or hung; the process should end with exit code 1. */
  onFailure(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** An engine as a worker holds it. */
export interface SizedEngine extends Engine {
  readonly kind: 'asr' | 'beacon';
  /** Sessions it can hold inside its latency promise. */
  capacity(): number;
}
