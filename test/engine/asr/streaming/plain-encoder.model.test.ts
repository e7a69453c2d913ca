import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCtcDecoder } from '../../../../src/engine/asr/ctc/ctc-decoder.ts';
import type { CtcState } from '../../../../src/engine/asr/ctc/ctc-greedy.ts';
import { createHypothesis, type Hypothesis } from '../../../../src/engine/asr/hypothesis.ts';
import type { FrameDecoder } from '../../../../src/engine/asr/streaming/frame-decoder.ts';
import { createPlainEncoder } from '../../../../src/engine/asr/streaming/plain-encoder.ts';
import type { PlainCaches } from '../../../../src/engine/asr/streaming/plain-feeds.ts';
import type { StreamingEncoder } from '../../../../src/engine/asr/streaming/streaming-encoder.ts';
import { readStreamingCard } from '../../../../src/engine/asr/streaming/streaming-card.ts';
import { readOnnxMetadata } from '../../../../src/engine/models/onnx-metadata.ts';
import { type Graph, loadGraph } from '../../../../src/engine/onnx.ts';

interface Stream {
  readonly encoder: PlainCaches;
  readonly decoder: CtcState;
  readonly hypothesis: Hypothesis;
}

let graph: Graph;
let encoder: StreamingEncoder<PlainCaches>;
let decoder: FrameDecoder<CtcState>;
beforeAll(async () => {
  const graphPath = 'models/rt-tiny-en/model.160ms.onnx';
  graph = await loadGraph(graphPath, { provider: 'cpu', intraOpThreads: 1 });
  const card = readStreamingCard(graph, await readOnnxMetadata(graphPath));
  encoder = createPlainEncoder(graph, card);
  decoder = createCtcDecoder(card.vocabularySize);
});
afterAll(() => graph.release());

function openStream(): Stream {
  return {
    encoder: encoder.createState('auto'),
    decoder: decoder.createState(),
    hypothesis: createHypothesis(),
  };
}

async function step(
  items: readonly { stream: Stream; features: Float32Array }[],
): Promise<readonly boolean[]> {
  const { encoded, adopt } = await encoder.encode(
    items.map(({ stream, features }) => ({ state: stream.encoder, features })),
  );
  const numeric = await decoder.decode(
    items.map(({ stream }) => ({ state: stream.decoder, hypothesis: stream.hypothesis })),
    encoded,
  );
  adopt();
  return numeric;
}

/** Window `step` of stream `stream`: something else each time. */
function features(stream: number, step: number): Float32Array {
  const { windowFrames, bands } = encoder.shape;
  return Float32Array.from(
    { length: windowFrames * bands },
    (_, i) => Math.sin(i * (stream + 1.3) + step) * 4 - 6,
  );
}

/** The stream's rows as bytes: comparing half a million numbers one by one takes seconds. */
function cacheOf({ channel, time }: PlainCaches): readonly Buffer[] {
  return [channel, time].map(({ data, row }) => {
    const length = data === channel.data ? 9 * 56 * 384 : 9 * 192 * 8;
    return Buffer.from(data.slice(row * length, (row + 1) * length).buffer);
  });
}

describe('a step of the bundled model', () => {
  it('[ENG-28] gives each stream the caches and frames it would get alone, in any company', async () => {
    const company: readonly (readonly number[])[] = [[0, 1, 2], [2, 0], [0, 1, 2], [0, 1, 2], [1]];
    const together = [0, 1, 2].map(openStream);
    const alone = [0, 1, 2].map(openStream);
    for (const [number, streams] of company.entries()) {
      const items = streams.map((s) => ({ stream: together[s]!, features: features(s, number) }));
      expect(await step(items)).toEqual(streams.map(() => true));
      for (const s of streams) await step([{ stream: alone[s]!, features: features(s, number) }]);
    }
    for (const [s, state] of together.entries()) {
      const mine = cacheOf(alone[s]!.encoder);
      expect(cacheOf(state.encoder).map((rows, i) => rows.equals(mine[i]!))).toEqual([true, true]);
      expect(state.hypothesis).toEqual(alone[s]!.hypothesis);
      expect(state.encoder.length).toBe(alone[s]!.encoder.length);
    }
  });

  it('[ENG-26] says which stream it could not make numbers of', async () => {
    const items = [0, 1].map((stream) => ({
      stream: openStream(),
      features: features(stream, 0).fill(stream === 1 ? Number.NaN : -10),
    }));
    expect(await step(items)).toEqual([true, false]);
  });
});
