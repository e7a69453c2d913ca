/**
 * Whisper as a recogniser of whole utterances: features, encoder, decoder with its rules, a second and third
 * attempt where the first one cannot be right, words with times. It keeps nothing between calls, so the same
 * audio gives the same text whenever and beside whomever it is heard.
 */
import { RtError } from '../../../base/errors.ts';
import type { UtteranceAudio, UtteranceRecogniser, UtteranceResult } from '../utterance-recogniser.ts';
import type { Tensor } from '../../onnx.ts';
import { alignTokens } from './alignment.ts';
import { decodeBytes } from './byte-level-vocabulary.ts';
import { type Decoded, decodeBatch, type DecodeItem } from './decode-batch.ts';
import { betterOf, judgeDecoded } from './judge-decoded.ts';
import { splitSegments } from './segments.ts';
import type { WhisperCard } from './whisper-card.ts';
import { takeRows, type WhisperDecoder } from './whisper-decoder.ts';
import type { WhisperEncoder } from './whisper-encoder.ts';
import { hasSpaces, primaryLanguage } from './whisper-languages.ts';
import { MAX_SAMPLES, MEL_FRAMES, type WhisperMel } from './whisper-mel.ts';
import { FRAME_SAMPLES, timeWords } from './word-times.ts';

export interface WhisperParts {
  readonly card: WhisperCard;
  readonly mel: WhisperMel;
  readonly encoder: WhisperEncoder;
  readonly decoder: WhisperDecoder;
}

export interface WhisperBehaviour {
  readonly maxBatch: number;
  /** Tokens an utterance may have; the model was trained with 224. */
  readonly maxNewTokens: number;
  /** Tried in order when an attempt cannot be right; each costs another decoding. */
  readonly fallbackTemperatures: readonly number[];
}

/** An utterance that can be recognised, with its place in the batch. */
interface Heard {
  readonly index: number;
  readonly samples: Float32Array;
  readonly languageId: number | undefined;
}

/** Less than one window holds nothing to recognise. */
const MIN_SAMPLES = 400;
const NOTHING: UtteranceResult = { text: '', words: [], tokens: [] };

export function createWhisperRecogniser(
  parts: WhisperParts,
  behaviour: WhisperBehaviour,
): UtteranceRecogniser {
  const { card, decoder } = parts;
  return {
    maxSamples: MAX_SAMPLES,
    maxBatch: behaviour.maxBatch,
    async recognise(items) {
      const results: (UtteranceResult | undefined)[] = items.map(({ samples }) =>
        isNumeric(samples) ? NOTHING : undefined,
      );
      const heard = items.flatMap((item, index): Heard[] => {
        const languageId = languageIdOf(item, card);
        const { samples } = item;
        if (samples.length > MAX_SAMPLES) throw tooLong(samples.length);
        return results[index] && samples.length >= MIN_SAMPLES ? [{ index, samples, languageId }] : [];
      });
      if (heard.length === 0) return results;
      const encoded = await encode(parts, heard);
      const decoded = await decodeWithFallback({ decoder, card, behaviour }, heard, encoded);
      for (const [row, item] of heard.entries()) {
        const outcome = decoded[row];
        results[item.index] = outcome && describe(outcome, item.samples.length, parts);
      }
      return results;
    },
  };
}

async function encode({ card, mel, encoder }: WhisperParts, heard: readonly Heard[]): Promise<Tensor> {
  const length = card.bands * MEL_FRAMES;
  const features = new Float32Array(heard.length * length);
  for (const [row, { samples }] of heard.entries()) {
    mel.compute(samples, features.subarray(row * length, (row + 1) * length));
  }
  return encoder.encode(features, heard.length);
}

interface Decoding {
  readonly decoder: WhisperDecoder;
  readonly card: WhisperCard;
  readonly behaviour: WhisperBehaviour;
}

type Outcome = { readonly decoded: Decoded; readonly isSilent: boolean };

/** Attempts at rising temperatures, each for those only whose attempts so far cannot be right. */
async function decodeWithFallback(
  { decoder, card, behaviour }: Decoding,
  heard: readonly Heard[],
  encoded: Tensor,
): Promise<readonly (Outcome | undefined)[]> {
  const outcomes: (Outcome | undefined)[] = heard.map(() => undefined);
  let rows = [...heard.keys()];
  for (const temperature of [0, ...behaviour.fallbackTemperatures]) {
    if (rows.length === 0) break;
    const items = rows.map((row): DecodeItem => {
      const { samples, languageId } = heard[row]!;
      return {
        languageId: outcomes[row]?.decoded.languageId ?? languageId,
        frames: framesOf(samples.length),
      };
    });
    const isWhole = rows.length === heard.length;
    const batch = { encoded: isWhole ? encoded : takeRows(encoded, rows), items };
    const options = { tokens: card.tokens, rules: card.rules, timestamps: true, temperature };
    const attempts = await decodeBatch(decoder, batch, { ...options, maxNewTokens: behaviour.maxNewTokens });
    rows = rows.filter((row, place) => {
      const attempt = attempts[place];
      if (attempt === undefined) return false;
      const verdict = judgeDecoded(attempt, textOf(attempt, card));
      const before = outcomes[row]?.decoded;
      const isFinal = verdict !== 'doubtful' || before === undefined;
      outcomes[row] = {
        decoded: isFinal ? attempt : betterOf(before, attempt),
        isSilent: verdict === 'silent',
      };
      return verdict === 'doubtful';
    });
  }
  return outcomes;
}

function describe(outcome: Outcome, samples: number, { card, decoder }: WhisperParts): UtteranceResult {
  const { decoded } = outcome;
  const language = [...card.tokens.languages].find(([, id]) => id === decoded.languageId)?.[0] ?? ENGLISH;
  if (outcome.isSilent) return { ...NOTHING, tokens: decoded.ids, language, guard: 'no_speech' };
  const frames = framesOf(samples);
  const segments = splitSegments(decoded.ids, { ...card.tokens, frames });
  const spaced = hasSpaces(language);
  const words = timeWords(
    {
      ids: decoded.ids,
      probabilities: decoded.logProbabilities.map(Math.exp),
      reachedFrames: decoder.showsAttention ? reachedFrames(decoded, frames, card) : undefined,
    },
    segments,
    { vocabulary: card.vocabulary, hasSpaces: spaced, samples },
  );
  return {
    text: spaced ? words.map(({ word }) => word).join(' ') : textOf(decoded, card),
    words,
    tokens: decoded.ids,
    language,
    ...(decoded.isLoop ? { guard: 'repetition' as const } : {}),
  };
}

const ENGLISH = 'en';

/** The last token was never fed when the token limit cut it off: it shares the frame of the one before. */
function reachedFrames(decoded: Decoded, frames: number, card: WhisperCard): readonly number[] {
  const reached = alignTokens(decoded.attention, { heads: card.alignmentHeads.length, frames });
  return decoded.ids.map((_, place) => reached[place] ?? reached.at(-1) ?? 0);
}

function textOf({ ids }: Decoded, { tokens, vocabulary }: WhisperCard): string {
  const bytes = ids.filter((id) => id < tokens.endOfText).flatMap((id) => vocabulary.bytesOf(id) ?? []);
  return decodeBytes(bytes).replaceAll(/\s+/g, ' ').trim();
}

/** Encoder frames that hold audio: two mel frames each, the last of them whole. */
function framesOf(samples: number): number {
  return Math.floor(samples / FRAME_SAMPLES);
}

/** @throws RtError language_unsupported */
function languageIdOf({ language }: UtteranceAudio, { tokens }: WhisperCard): number | undefined {
  if (language === 'auto') return undefined;
  const primary = primaryLanguage(language);
  const id = primary === undefined ? undefined : tokens.languages.get(primary);
  if (id !== undefined || (tokens.languages.size === 0 && primary === ENGLISH)) return id;
  const known = tokens.languages.size === 0 ? [ENGLISH] : [...tokens.languages.keys()];
  throw new RtError('language_unsupported', `The model does not know the language ${language}`, {
    hint: `It knows ${known.join(', ')}; "auto" lets it tell.`,
  });
}

function isNumeric(samples: Float32Array): boolean {
  return samples.every(Number.isFinite);
}

function tooLong(samples: number): RtError {
  return new RtError('asr_failed', `An utterance has ${samples} samples, Whisper takes ${MAX_SAMPLES}`);
}
