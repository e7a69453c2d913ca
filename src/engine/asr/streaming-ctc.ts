/** Cache-aware streaming FastConformer with a CTC head, batched across streams. */
import { RtError } from '../../base/errors.ts';
import type { Graph, Tensor } from '../onnx.ts';
import { createRowGatherer } from './cache-rows.ts';
import { createCtcState, decodeCtc } from './ctc-greedy.ts';
import type { Recogniser, RecogniserItem } from './recogniser.ts';
import type { StreamingCtcCard } from './streaming-ctc-card.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface StreamingCtcParts {
  readonly graph: Graph;
  readonly card: StreamingCtcCard;
  readonly vocabulary: Vocabulary;
}

/** @throws RtError model_invalid when the vocabulary is not the model's */
export function createStreamingCtc(parts: StreamingCtcParts): Recogniser {
  const { graph, card, vocabulary } = parts;
  if (vocabulary.size !== card.vocabularySize) {
    throw new RtError(
      'model_invalid',
      `The vocabulary has ${vocabulary.size} tokens, the model ${card.vocabularySize}`,
      { hint: 'tokens.txt must come from the same export as the model file.' },
    );
  }
  const emptyChannel = new Float32Array(product(card.channelCacheDims));
  const emptyTime = new Float32Array(product(card.timeCacheDims));
  const layout = createFeedLayout(card);

  return {
    shape: card.shape,
    vocabulary,
    maxBatch: card.maxBatch,
    createState: () => ({
      ctc: createCtcState(vocabulary.blankId),
      channelCache: { data: emptyChannel, row: 0 },
      timeCache: { data: emptyTime, row: 0 },
      cacheLength: 0n,
    }),
    async step(items) {
      const outputs = await graph.run(layout.feeds(items));
      return adopt(items, {
        logProbs: outputs[graph.outputs[0]?.name ?? 'logprobs']?.data as Float32Array,
        channel: outputs['cache_last_channel_next']?.data as Float32Array,
        time: outputs['cache_last_time_next']?.data as Float32Array,
        lengths: outputs[card.lengthOutput]?.data as BigInt64Array,
        framesPerStep: card.framesPerStep,
        classes: vocabulary.size + 1,
        blankId: vocabulary.blankId,
      });
    },
  };
}

/** The graph's inputs for a batch; what it returns is valid until the next call. */
function createFeedLayout(card: StreamingCtcCard): {
  feeds(items: readonly RecogniserItem[]): Record<string, Tensor>;
} {
  const { bands, windowFrames } = card.shape;
  const channelRows = createRowGatherer(product(card.channelCacheDims));
  const timeRows = createRowGatherer(product(card.timeCacheDims));
  const signals = createSignalLayout(card);
  return {
    feeds(items) {
      const batch = items.length;
      const states = items.map((item) => item.state);
      const channel = channelRows.gather(states.map((state) => state.channelCache));
      const time = timeRows.gather(states.map((state) => state.timeCache));
      const lengths = BigInt64Array.from(states, (state) => state.cacheLength);
      const windowLengths = new BigInt64Array(batch).fill(BigInt(windowFrames));
      return {
        audio_signal: { type: 'float32', dims: [batch, bands, windowFrames], data: signals.arrange(items) },
        length: { type: 'int64', dims: [batch], data: windowLengths },
        cache_last_channel: { type: 'float32', dims: [batch, ...card.channelCacheDims], data: channel },
        cache_last_time: { type: 'float32', dims: [batch, ...card.timeCacheDims], data: time },
        cache_last_channel_len: { type: 'int64', dims: [batch], data: lengths },
      };
    },
  };
}

interface StepOutputs {
  readonly logProbs: Float32Array;
  readonly channel: Float32Array;
  readonly time: Float32Array;
  readonly lengths: BigInt64Array;
  readonly framesPerStep: number;
  readonly classes: number;
  readonly blankId: number;
}

/** Hands every stream its rows of the outputs and decodes its frames. */
function adopt(items: readonly RecogniserItem[], outputs: StepOutputs): readonly boolean[] {
  return items.map(({ state }, row) => {
    state.channelCache = { data: outputs.channel, row };
    state.timeCache = { data: outputs.time, row };
    state.cacheLength = outputs.lengths[row] ?? 0n;
    return decodeCtc(state.ctc, {
      data: outputs.logProbs,
      offset: row * outputs.framesPerStep * outputs.classes,
      frames: outputs.framesPerStep,
      classes: outputs.classes,
      blankId: outputs.blankId,
    });
  });
}

/** Transposes windows (frame by frame) into the graph's [batch, bands, frames]. */
function createSignalLayout(card: StreamingCtcCard): {
  arrange(items: readonly RecogniserItem[]): Float32Array;
} {
  const { bands, windowFrames } = card.shape;
  const windowLength = bands * windowFrames;
  let work = new Float32Array(0);
  return {
    arrange(items) {
      if (work.length < items.length * windowLength) work = new Float32Array(items.length * windowLength);
      for (const [row, { features }] of items.entries()) {
        const base = row * windowLength;
        for (let f = 0; f < windowFrames; f++) {
          for (let b = 0; b < bands; b++)
            work[base + b * windowFrames + f] = features[f * bands + b] as number;
        }
      }
      return work.subarray(0, items.length * windowLength);
    },
  };
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}
