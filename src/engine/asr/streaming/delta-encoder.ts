/**
 * A cache-aware encoder as a delta graph: the rows of its caches stay on this side, the graph reads them
 * in place and returns the new ones only.
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, Tensor } from '../../onnx.ts';
import { integerTensor } from '../integer-tensor.ts';
import type { NewRows } from './cache-region.ts';
import { type Company, createCompanies, type StreamRows } from './companies.ts';
import type { DeltaCard } from './delta-card.ts';
import type { EncodedFrames, EncoderItem, StreamingEncoder } from './streaming-encoder.ts';
import { createWindowLayout, type WindowLayout } from './window-layout.ts';

/** What the encoder remembers of a stream. */
export interface DeltaState extends StreamRows {
  /** Frames it has had since its start. */
  frames: number;
  /** Index of its language in models that are told one. */
  readonly prompt: number;
}

export function createDeltaEncoder(graph: Graph, card: DeltaCard): StreamingEncoder<DeltaState> {
  const companies = createCompanies(card.caches.map(({ layout }) => layout));
  const windows = createWindowLayout(card.shape);
  const wanted = [card.encoded.name, ...card.caches.map(({ output }) => output)];
  return {
    shape: card.shape,
    maxBatch: card.maxBatch,
    createState: (language) => ({
      homes: undefined,
      company: undefined,
      frames: 0,
      prompt: card.prompts?.index(language) ?? 0,
    }),
    async encode(items) {
      const company = companies.seat(items.map(({ state }) => state));
      const seated = inOrderOf(company, items);
      const outputs = await graph.run(feed({ card, windows, company, items: seated }), wanted);
      const encoded = readEncoded(outputs[card.encoded.name], card);
      const rows = card.caches.map(({ output }) => readRows(outputs[output], card));
      return {
        encoded: { ...encoded, data: inOrderOfItems(encoded, { seated, items }) },
        adopt() {
          companies.adopt(company, rows);
          for (const { state } of items) state.frames += card.framesPerStep;
        },
      };
    },
  };
}

interface Step {
  readonly card: DeltaCard;
  readonly windows: WindowLayout;
  readonly company: Company;
  /** In the order of the company. */
  readonly items: readonly EncoderItem<DeltaState>[];
}

/** The graph's inputs; what it returns is valid until the next call. */
function feed({ card, windows, company, items }: Step): Record<string, Tensor> {
  const batch = items.length;
  const { bands, windowFrames } = card.shape;
  const states = items.map(({ state }) => state);
  const feeds: Record<string, Tensor> = {
    [card.features.name]: {
      type: 'float32',
      dims: [batch, bands, windowFrames],
      data: windows.arrange(items.map(({ features }) => features)),
    },
    cache_last_channel_len: integers(states.map(({ frames }) => Math.min(frames, card.leftFrames))),
  };
  for (const [cache, { inputs, dims }] of card.caches.entries()) {
    const region = company.regions[cache];
    for (const [group, name] of inputs.entries()) {
      feeds[name] = {
        type: 'float32',
        dims: [batch, ...dims],
        data: region?.group(group) ?? new Float32Array(0),
      };
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

function inOrderOf(
  { members }: Company,
  items: readonly EncoderItem<DeltaState>[],
): readonly EncoderItem<DeltaState>[] {
  if (members.every((member, i) => member === items[i]?.state)) return items;
  const place = new Map(members.map((member, i) => [member, i]));
  return items.toSorted((a, b) => (place.get(a.state) ?? 0) - (place.get(b.state) ?? 0));
}

/** Encoded rows in the order of the items: a company that comes in another order keeps its rows. */
function inOrderOfItems(
  { data, rows }: EncodedFrames,
  order: {
    readonly seated: readonly EncoderItem<DeltaState>[];
    readonly items: readonly EncoderItem<DeltaState>[];
  },
): Float32Array {
  if (order.seated === order.items) return data;
  const length = data.length / rows;
  const sorted = new Float32Array(data.length);
  for (const [to, item] of order.items.entries()) {
    const from = order.seated.indexOf(item);
    sorted.set(data.subarray(from * length, (from + 1) * length), to * length);
  }
  return sorted;
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
