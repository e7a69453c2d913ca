/**
 * What the JSON files of a Whisper folder say: `config.json` (sizes), `generation_config.json` (rules) and
 * `tokenizer.json` (tokens). Ids are taken from the files, never assumed: they moved by one between
 * large-v2 and large-v3. Where two files tell the same thing they must agree.
 */
import { type ByteLevelVocabulary, parseByteLevelVocabulary } from './byte-level-vocabulary.ts';
import {
  integerField,
  integerList,
  integerPairs,
  isRecord,
  type JsonFile,
  optionalInteger,
  unfitField,
} from './json-fields.ts';
import { languageTokens } from './whisper-languages.ts';

/** Ids of the tokens with a meaning of their own. */
export interface WhisperTokens {
  readonly endOfText: number;
  readonly startOfTranscript: number;
  readonly noTimestamps: number;
  /** `<|0.00|>`; each later id is 20 ms later, up to 30 s. */
  readonly firstTimestamp: number;
  readonly noSpeech: number;
  /** Undefined for English-only models, which have neither task nor language in their prompt. */
  readonly transcribe: number | undefined;
  /** Language tokens by BCP 47 language; empty for English-only models. */
  readonly languages: ReadonlyMap<string, number>;
}

/** Tokens a step may not choose. */
export interface TokenRules {
  readonly suppressed: readonly number[];
  /** Not at the first step. */
  readonly suppressedAtBegin: readonly number[];
  /** Latest start of the first segment in steps of 20 ms. */
  readonly maxInitialTimestamp: number | undefined;
}

export interface WhisperCard {
  readonly bands: number;
  readonly width: number;
  readonly decoderLayers: number;
  readonly decoderHeads: number;
  /** Tokens the decoder can hold, prompt included. */
  readonly maxTokens: number;
  readonly tokens: WhisperTokens;
  readonly rules: TokenRules;
  readonly vocabulary: ByteLevelVocabulary;
  /** Layer and head of each cross-attention that follows the audio. */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
}

export interface WhisperJsonFiles {
  readonly config: JsonFile;
  readonly generation: JsonFile;
  readonly tokenizer: JsonFile;
}

export const TIMESTAMP_TOKENS = 1501;

/** @throws RtError model_invalid naming file and field */
export function readWhisperCard(files: WhisperJsonFiles): WhisperCard {
  const { config, generation } = files;
  if (config.fields['model_type'] !== 'whisper') {
    const type = JSON.stringify(config.fields['model_type'] ?? null);
    throw unfitField(config.name, `has model_type ${type}, "whisper" is due`);
  }
  const vocabulary = parseByteLevelVocabulary(files.tokenizer);
  const decoderLayers = integerField(config, 'decoder_layers');
  const decoderHeads = integerField(config, 'decoder_attention_heads');
  return {
    bands: integerField(config, 'num_mel_bins'),
    width: integerField(config, 'd_model'),
    decoderLayers,
    decoderHeads,
    maxTokens: integerField(config, 'max_target_positions'),
    tokens: readTokens(files, vocabulary),
    rules: {
      suppressed: integerList(generation, 'suppress_tokens'),
      suppressedAtBegin: integerList(generation, 'begin_suppress_tokens'),
      maxInitialTimestamp: optionalInteger(generation, 'max_initial_timestamp_index'),
    },
    vocabulary,
    alignmentHeads: readAlignmentHeads(generation, { layers: decoderLayers, heads: decoderHeads }),
  };
}

function readTokens(files: WhisperJsonFiles, vocabulary: ByteLevelVocabulary): WhisperTokens {
  const { config, generation, tokenizer } = files;
  const due = (content: string): number => {
    const id = vocabulary.specialId(content);
    if (id === undefined) throw unfitField(tokenizer.name, `has no token ${content}`);
    return id;
  };
  const endOfText = due('<|endoftext|>');
  const startOfTranscript = due('<|startoftranscript|>');
  const noTimestamps = due('<|notimestamps|>');
  expectSame(generation, 'eos_token_id', endOfText);
  expectSame(config, 'decoder_start_token_id', startOfTranscript);
  expectSame(generation, 'no_timestamps_token_id', noTimestamps);
  // The vocabulary of an English-only model has language tokens too; they were never trained.
  const isMultilingual = generation.fields['is_multilingual'] ?? isRecord(generation.fields['lang_to_id']);
  return {
    endOfText,
    startOfTranscript,
    noTimestamps,
    firstTimestamp: noTimestamps + 1,
    // It changed its name with large-v3 and kept its place.
    noSpeech:
      vocabulary.specialId('<|nospeech|>') ?? vocabulary.specialId('<|nocaptions|>') ?? noTimestamps - 1,
    transcribe: isMultilingual === true ? due('<|transcribe|>') : undefined,
    languages: isMultilingual === true ? languageTokens(vocabulary.specials) : new Map<string, number>(),
  };
}

function expectSame(file: JsonFile, key: string, due: number): void {
  const value = optionalInteger(file, key);
  if (value === undefined || value === due) return;
  throw unfitField(file.name, `has ${key} ${value}, the tokenizer says ${due}`);
}

/** From the generation config; without them the later half of the decoder, as OpenAI's code assumes. */
function readAlignmentHeads(
  file: JsonFile,
  decoder: { readonly layers: number; readonly heads: number },
): readonly (readonly [number, number])[] {
  const { layers, heads } = decoder;
  const pairs = integerPairs(file, 'alignment_heads');
  if (pairs === undefined) {
    const later = Array.from({ length: layers }, (_, layer) => layer).slice(Math.floor(layers / 2));
    return later.flatMap((layer) => Array.from({ length: heads }, (_, head) => [layer, head] as const));
  }
  const outside = pairs.find(([layer, head]) => layer >= layers || head >= heads);
  if (outside === undefined) return pairs;
  const [layer, head] = outside;
  throw unfitField(
    file.name,
    `has the alignment head [${layer}, ${head}] of a decoder with ${layers} layers of ${heads}`,
  );
}
