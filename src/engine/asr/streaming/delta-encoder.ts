/**
 * A cache-aware encoder as a delta graph: the rows of its caches stay on this side, the graph reads them
 * in place and returns the new ones only.
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, Tensor } from '../../onnx.ts';
import { integerTensor } from '../integer-tensor.ts';
import type { CacheRegion, NewRows } from './cache-region.ts';
import type { DeltaCard } from './delta-card.ts';
import { createRowBench } from './row-bench.ts';
import { createCachePool, type StreamCaches } from './stream-caches.ts';
import type { EncodedFrames, StreamingEncoder } from './streaming-encoder.ts';
import { createWindowLayout } from './window-layout.ts';

/** What the encoder remembers of a stream. */
export interface DeltaState {
  /** Made at its first step. */
  caches: StreamCaches | undefined;
  /** Frames it has had since its start. */
  frames: number;
  /** Index of its language in models that are told one. */
  readonly prompt: number;
}

export function createDeltaEncoder(graph: Graph, card: DeltaCard): StreamingEncoder<DeltaState> {
  const layouts = card.caches.map(({ layout }) => layout);
  const pool = createCachePool(layouts);
  const benches = layouts.map(createRowBench);
  const windows = createWindowLayout(card.shape);
  const wanted = [card.encoded.name, ...card.caches.map(({ output }) => output)];
  const cachesOf = (state: DeltaState): StreamCaches => (state.caches ??= pool.take());
  return {
    shape: card.shape,
    maxBatch: card.maxBatch,
    createState: (language) => ({
      caches: undefined,
      frames: 0,
      prompt: card.prompts?.index(language) ?? 0,
    }),
    async encode(items) {
      const states = items.map(({ state }) => state);
      const caches = states.map(cachesOf);
      const outputs = await graph.run(
        feed(card, {
          states,
          features: windows.arrange(items.map(({ features }) => features)),
          groups: benches.map((bench, i) => bench.seat(caches.map((regions) => regions[i] as CacheRegion))),
        }),
        wanted,
      );
      const encoded = readEncoded(outputs[card.encoded.name], card);
      const rows = card.caches.map(({ output }) => readRows(outputs[output], card));
      return {
        encoded,
        adopt() {
          for (const [row, state] of states.entries()) {
            for (const [i, region] of caches[row]?.entries() ?? []) region.append(rows[i] as NewRows, row);
            state.frames += card.framesPerStep;
          }
        },
      };
    },
    release(state) {
      if (state.caches) pool.giveBack(state.caches);
      state.caches = undefined;
      state.frames = 0;
    },
  };
}

interface Step {
  readonly states: readonly DeltaState[];
  /** [batch, bands, frames]. */
  readonly features: Float32Array;
  /** Per cache, its groups. */
  readonly groups: readonly (readonly Float32Array[])[];
}

/** The graph's inputs. */
function feed(card: DeltaCard, { states, features, groups }: Step): Record<string, Tensor> {
  const batch = states.length;
  const { bands, windowFrames } = card.shape;
  const feeds: Record<string, Tensor> = {
    [card.features.name]: { type: 'float32', dims: [batch, bands, windowFrames], data: features },
    cache_last_channel_len: integers(states.map(({ frames }) => Math.min(frames, card.leftFrames))),
  };
  for (const [cache, { inputs, dims }] of card.caches.entries()) {
    for (const [group, name] of inputs.entries()) {
      const data = groups[cache]?.[group] ?? new Float32Array(0);
      feeds[name] = { type: 'float32', dims: [batch, ...dims], data };
    }
  }
  if (card.hasPosition) feeds['cache_position'] = integers(states.map(({ frames }) => frames));
  if (card.prompt) {
    feeds[card.prompt.name] = integerTensor(
      card.prompt,
      states.map(({ prompt }) => prompt),
    );
  }
  return feeds;
}

function integers(values: readonly number[]): Tensor {
  return { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

function readEncoded(tensor: Tensor | undefined, { isFrameLast }: DeltaCard): EncodedFrames {
  const [rows = 0, second = 0, third = 0] = tensor?.dims ?? [];
  const [frames, width] = isFrameLast ? [third, second] : [second, third];
  return { data: tensor?.data as Float32Array, rows, frames, width, isFrameLast };
}

/** @throws RtError model_invalid when a step gives another number of rows than its windows move on by */
function readRows(tensor: Tensor | undefined, { framesPerStep }: DeltaCard): NewRows {
  const count = tensor?.dims.at(-2) ?? 0;
  if (!tensor || count !== framesPerStep) {
    throw new RtError('model_invalid', `The encoder gave ${count} new rows where ${framesPerStep} are due`, {
      hint: 'The metadata of the model file must be those of its own export (chunk_shift, window_size).',
    });
  }
  return { data: tensor.data as Float32Array, batch: tensor.dims[1] ?? 0, count };
}
