/**
 * A Whisper whose decoder follows a script instead of a graph: what it says next depends on the utterance
 * (the first sample names it) and on what was fed so far.
 */
import { parseJsonFile } from '../../../../src/engine/asr/whisper/json-fields.ts';
import { readWhisperCard, type WhisperCard } from '../../../../src/engine/asr/whisper/whisper-card.ts';
import type { DecoderRun } from '../../../../src/engine/asr/whisper/whisper-decoder.ts';
import type { WhisperParts } from '../../../../src/engine/asr/whisper/whisper-recogniser.ts';

/** Pieces of the scripted vocabulary; `Ġ` is the space of byte-level BPE. */
const PIECES = ['Ġone', 'Ġtwo', 'Ġthree', 'Ġfour', 'Ġfive', 'Ġsix', 'Ġseven', 'Ġeight', '.', 'Ġ'];
const SPECIALS = [
  '<|endoftext|>',
  '<|startoftranscript|>',
  '<|en|>',
  '<|ja|>',
  '<|jw|>',
  '<|translate|>',
  '<|transcribe|>',
  '<|nospeech|>',
  '<|notimestamps|>',
];

export const END = PIECES.length;
export const START = END + 1;
export const FIRST_TIMESTAMP = PIECES.length + SPECIALS.length;
export const VOCABULARY_SIZE = FIRST_TIMESTAMP + 1501;
export const NO_SPEECH: number = SPECIALS.indexOf('<|nospeech|>') + PIECES.length;
export const JAPANESE: number = SPECIALS.indexOf('<|ja|>') + PIECES.length;

/** The JSON files of the scripted model as objects, for tests that damage them. */
export function scriptedFiles() {
  return {
    config: {
      model_type: 'whisper',
      num_mel_bins: 80,
      d_model: 4,
      decoder_layers: 1,
      decoder_attention_heads: 2,
      max_target_positions: 448,
      decoder_start_token_id: START,
    } as Record<string, unknown>,
    generation: {
      is_multilingual: true,
      eos_token_id: END,
      no_timestamps_token_id: FIRST_TIMESTAMP - 1,
      suppress_tokens: [],
      begin_suppress_tokens: [PIECES.length - 1, END],
      max_initial_timestamp_index: 50,
      alignment_heads: [[0, 1]],
    } as Record<string, unknown>,
    tokenizer: {
      added_tokens: SPECIALS.map((content, index) => ({ id: END + index, content })),
      model: { type: 'BPE', vocab: Object.fromEntries(PIECES.map((piece, id) => [piece, id])) },
    } as Record<string, unknown>,
  };
}

export function cardOf(files: ReturnType<typeof scriptedFiles>): WhisperCard {
  return readWhisperCard({
    config: parseJsonFile('config.json', JSON.stringify(files.config)),
    generation: parseJsonFile('generation_config.json', JSON.stringify(files.generation)),
    tokenizer: parseJsonFile('tokenizer.json', JSON.stringify(files.tokenizer)),
  });
}

/** Logits of the next token: `utterance` is its first sample, `fed` everything so far with the prompt. */
export type Script = (utterance: number, fed: readonly number[]) => Float32Array;

/** Logits that favour some tokens over all others. */
export function favour(...logits: readonly (readonly [id: number, logit: number])[]): Float32Array {
  const all = new Float32Array(VOCABULARY_SIZE).fill(-30);
  for (const [id, logit] of logits) all[id] = logit;
  return all;
}

export interface ScriptedWhisper {
  readonly parts: WhisperParts;
  /** Rows of each batch that was decoded, attempts included. */
  readonly batches: number[];
}

export function scriptedWhisper(script: Script): ScriptedWhisper {
  const batches: number[] = [];
  const parts: WhisperParts = {
    card: cardOf(scriptedFiles()),
    mel: {
      bands: 80,
      compute: (samples, output) => {
        output[0] = samples[0]!;
      },
    },
    encoder: {
      takesBatches: true,
      encode: async (features, rows) => {
        const stride = features.length / rows;
        const data = Float32Array.from({ length: rows }, (_, row) => features[row * stride]!);
        return { type: 'float32', dims: [rows, 1, 1], data };
      },
    },
    decoder: {
      showsAttention: false,
      begin(encoded) {
        batches.push(encoded.dims[0]!);
        return scriptedRun(script, Array.from(encoded.data as Float32Array));
      },
    },
  };
  return { parts, batches };
}

function scriptedRun(script: Script, utterances: readonly number[]): DecoderRun {
  let streams = utterances.map((utterance) => ({ utterance, fed: [] as readonly number[] }));
  return {
    async step(tokens) {
      const before = streams;
      streams = streams.map(({ utterance, fed }, row) => ({ utterance, fed: [...fed, ...tokens[row]!] }));
      return {
        logits: (row, position) => {
          const { utterance, fed } = before[row]!;
          return script(utterance, [...fed, ...tokens[row]!.slice(0, position + 1)]);
        },
        attention: () => undefined,
      };
    },
    keep(rows) {
      streams = rows.map((row) => streams[row]!);
    },
  };
}
