/** A streaming recogniser is an encoder and a decoder; this joins the two. */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import { RtError } from '../../../base/errors.ts';
import { createHypothesis, type Hypothesis } from '../hypothesis.ts';
import type { Recogniser, RecogniserState } from '../recogniser.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import type { StreamingEncoder } from './streaming-encoder.ts';

export interface StreamingRecogniserParts<E, D> {
  readonly encoder: StreamingEncoder<E>;
  readonly decoder: FrameDecoder<D>;
  readonly vocabulary: Vocabulary;
  /** Fixed for each model: what its words must be moved back by. */
  readonly wordDelayMs?: number;
}

interface Memory<E, D> {
  readonly hypothesis: Hypothesis;
  readonly encoder: E;
  readonly decoder: D;
}

export function createStreamingRecogniser<E, D>(parts: StreamingRecogniserParts<E, D>): Recogniser {
  const { encoder, decoder, vocabulary } = parts;
  // The port promises only a hypothesis; what else a stream remembers stays between this file's lines.
  const memories = new WeakMap<RecogniserState, Memory<E, D>>();
  const memoryOf = (state: RecogniserState): Memory<E, D> => {
    const memory = memories.get(state);
    if (!memory) throw new RtError('internal_error', 'A stream was given to a model that did not open it');
    return memory;
  };
  return {
    shape: encoder.shape,
    vocabulary,
    wordDelaySamples: ((parts.wordDelayMs ?? 0) * SAMPLE_RATE) / 1000,
    maxBatch: encoder.maxBatch,
    createState(language) {
      const memory = {
        hypothesis: createHypothesis(),
        encoder: encoder.createState(language),
        decoder: decoder.createState(),
      };
      memories.set(memory, memory);
      return memory;
    },
    release: (state) => encoder.release?.(memoryOf(state).encoder),
    async step(items) {
      const streams = items.map((item) => memoryOf(item.state));
      const step = await encoder.encode(
        streams.map(({ encoder: state }, i) => ({
          state,
          features: items[i]?.features ?? new Float32Array(0),
        })),
      );
      const numeric = await decoder.decode(
        streams.map(({ decoder: state, hypothesis }) => ({ state, hypothesis })),
        step.encoded,
      );
      step.adopt();
      return numeric;
    },
  };
}
