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
  const companies = createCompanies<DeltaState>(card.caches.map(({ layout }) => layout));
  const nothing = new Float32Array(card.shape.windowFrames * card.shape.bands);
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
      const features = new Map(items.map((item) => [item.state, item.features]));
      // A member that stayed away is given silence, and what the graph makes of it is forgotten.
      const seated = company.members.map((state) => features.get(state) ?? nothing);
      const outputs = await graph.run(feed({ card, windows, company, features: seated }), wanted);
      const encoded = readEncoded(outputs[card.encoded.name], card);
      const rows = card.caches.map(({ output }) => readRows(outputs[output], card));
      return {
        encoded: rowsOfItems(encoded, company, items),
        adopt() {
          companies.adopt({ company, present: new Set(features.keys()), rows });
          for (const { state } of items) state.frames += card.framesPerStep;
        },
      };
    },
    companyOf: (state) => state.company,
  };
}

interface Step {
  readonly card: DeltaCard;
  readonly windows: WindowLayout;
  readonly company: Company<DeltaState>;
  /** In the order of the company. */
  readonly features: readonly Float32Array[];
}

/** The graph's inputs; what it returns is valid until the next call. */
function feed({ card, windows, company, features }: Step): Record<string, Tensor> {
  const states = company.members;
  const batch = states.length;
  const { bands, windowFrames } = card.shape;
  const feeds: Record<string, Tensor> = {
    [card.features.name]: {
      type: 'float32',
      dims: [batch, bands, windowFrames],
      data: windows.arrange(features),
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

/** The rows of those who came, in the order they came in. */
function rowsOfItems(
  encoded: EncodedFrames,
  { members }: Company<DeltaState>,
  items: readonly EncoderItem<DeltaState>[],
): EncodedFrames {
  const { data, rows } = encoded;
  if (rows === items.length && items.every(({ state }, i) => state === members[i])) return encoded;
  const length = data.length / rows;
  const sorted = new Float32Array(items.length * length);
  for (const [to, { state }] of items.entries()) {
    const from = members.indexOf(state);
    sorted.set(data.subarray(from * length, (from + 1) * length), to * length);
  }
  return { ...encoded, data: sorted, rows: items.length };
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
