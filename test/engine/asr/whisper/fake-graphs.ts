/** Graphs with the tensors of an Optimum export and a record of what they were fed; they compute nothing. */
import type { Graph, Tensor, TensorInfo } from '../../../../src/engine/onnx.ts';
import { VOCABULARY_SIZE } from './scripted-whisper.ts';

export interface RecordedRun {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly wanted: readonly string[] | undefined;
}

export interface FakeGraph extends Graph {
  readonly runs: RecordedRun[];
}

export type Named = readonly [name: string, shape: readonly (number | string)[], type?: string];

export function fakeGraph(
  inputs: readonly Named[],
  outputs: readonly Named[],
  answer: (feeds: Readonly<Record<string, Tensor>>, runs: number) => Record<string, Tensor> = () => ({}),
): FakeGraph {
  const info = ([name, shape, type = 'float32']: Named): TensorInfo => ({ name, shape, type });
  const runs: RecordedRun[] = [];
  return {
    inputs: inputs.map(info),
    outputs: outputs.map(info),
    runs,
    async run(feeds, wanted) {
      runs.push({ feeds, wanted });
      return answer(feeds, runs.length);
    },
    release: async () => {},
  };
}

/** One layer of two heads of width 2: what `scriptedFiles()` describes. */
const CACHE = ['batch_size', 2, 'past_length', 2] as const;
export const PASTS: readonly Named[] = ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map(
  (name) => [`past_key_values.0.${name}`, CACHE],
);
export const PRESENTS: readonly Named[] = PASTS.map(([name]) => [
  name.replace('past_key_values', 'present'),
  CACHE,
]);
export const IDS: Named = ['input_ids', ['batch_size', 'length'], 'int64'];
export const STATES: Named = ['encoder_hidden_states', ['batch_size', 'frames', 4]];
export const USE_CACHE: Named = ['use_cache_branch', [1], 'bool'];
export const POSITION: Named = ['cache_position', ['length'], 'int64'];
export const LOGITS: Named = ['logits', ['batch_size', 'length', VOCABULARY_SIZE]];
export const ATTENTION: Named = ['cross_attentions.0', ['batch_size', 2, 'length', 'frames']];
