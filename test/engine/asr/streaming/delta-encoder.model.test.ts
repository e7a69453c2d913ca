import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeltaCtcCard } from '../../../../src/engine/asr/streaming/delta-card.ts';
import { createDeltaEncoder, type DeltaState } from '../../../../src/engine/asr/streaming/delta-encoder.ts';
import { createPlainEncoder } from '../../../../src/engine/asr/streaming/plain-encoder.ts';
import { readStreamingCard } from '../../../../src/engine/asr/streaming/streaming-card.ts';
import type {
  EncoderItem,
  StreamingEncoder,
} from '../../../../src/engine/asr/streaming/streaming-encoder.ts';
import { readOnnxMetadata } from '../../../../src/engine/models/onnx-metadata.ts';
import { type Graph, loadGraph } from '../../../../src/engine/onnx.ts';

const OPTIONS = { provider: 'cpu', intraOpThreads: 1 } as const;
const PLAIN = 'models/rt-tiny-en/model.160ms.onnx';
const DELTA = 'models/rt-tiny-en/model.160ms.delta.onnx';
/** More than the 28 after which the look-back of 56 frames is full. */
const FULL_STEPS = 34;

let graphs: { readonly plain: Graph; readonly delta: Graph };
let metadata: ReadonlyMap<string, string>;
beforeAll(async () => {
  graphs = { plain: await loadGraph(PLAIN, OPTIONS), delta: await loadGraph(DELTA, OPTIONS) };
  metadata = await readOnnxMetadata(DELTA);
});
afterAll(async () => {
  await graphs.plain.release();
  await graphs.delta.release();
});

function deltaEncoder(): StreamingEncoder<DeltaState> {
  return createDeltaEncoder(graphs.delta, readDeltaCtcCard(graphs.delta, metadata));
}

/** Window `step` of stream `stream`: something else each time. */
function features(stream: number, step: number): Float32Array {
  return Float32Array.from({ length: 25 * 80 }, (_, i) => Math.sin(i * (stream + 1.3) + step) * 4 - 6);
}

/** One step; the frames of each item as bytes. */
async function step<S>(
  encoder: StreamingEncoder<S>,
  items: readonly EncoderItem<S>[],
): Promise<readonly Buffer[]> {
  const { encoded, adopt } = await encoder.encode(items);
  adopt();
  const length = encoded.frames * encoded.width;
  return items.map((_, i) => Buffer.from(encoded.data.slice(i * length, (i + 1) * length).buffer));
}

describe('a step of the bundled delta model', () => {
  it('[ENG-28] [ENG-72] gives each stream the frames it would get alone, in any company', async () => {
    const company: readonly (readonly number[])[] = [
      [0, 1, 2],
      [2, 0, 1],
      [2, 0],
      [0, 1, 2],
      [1],
      [1, 0],
      [0, 1],
    ];
    const [together, lonely] = [deltaEncoder(), deltaEncoder()];
    const states = [0, 1, 2].map(() => ({
      here: together.createState('auto'),
      there: lonely.createState('auto'),
    }));
    for (const [number, streams] of [...company, ...company].entries()) {
      const heard = await step(
        together,
        streams.map((s) => ({ state: states[s]!.here, features: features(s, number) })),
      );
      for (const [i, s] of streams.entries()) {
        const [alone] = await step(lonely, [{ state: states[s]!.there, features: features(s, number) }]);
        expect(heard[i]!.equals(alone!), `stream ${s} of [${streams.join()}] at step ${number}`).toBe(true);
      }
    }
  });

  it('[ENG-74] gives a stream in the arrays of one that is over what it would get in new ones', async () => {
    const encoder = deltaEncoder();
    const over = encoder.createState('auto');
    for (let number = 0; number < 3; number++)
      await step(encoder, [{ state: over, features: features(5, number) }]);
    const { caches } = over;
    encoder.release?.(over);
    const next = encoder.createState('auto');
    const other = deltaEncoder();
    const fresh = other.createState('auto');
    for (let number = 0; number < 3; number++) {
      const window = features(6, number);
      const [heard] = await step(encoder, [{ state: next, features: window }]);
      const [expected] = await step(other, [{ state: fresh, features: window }]);
      expect(heard!.equals(expected!), `step ${number}`).toBe(true);
    }
    expect(next.caches).toBe(caches);
    expect(over.caches).toBeUndefined();
  });

  it('[ENG-75] has the log-probabilities of the plain model, from the first window until the caches are full', async () => {
    const plain = createPlainEncoder(
      graphs.plain,
      readStreamingCard(graphs.plain, await readOnnxMetadata(PLAIN)),
    );
    const delta = deltaEncoder();
    const states = { plain: plain.createState('auto'), delta: delta.createState('auto') };
    for (let number = 0; number < FULL_STEPS; number++) {
      const window = features(1, number);
      const [expected] = await step(plain, [{ state: states.plain, features: window }]);
      const [heard] = await step(delta, [{ state: states.delta, features: window }]);
      const difference = Math.max(...asNumbers(heard!).map((v, i) => Math.abs(v - asNumbers(expected!)[i]!)));
      expect(difference, `step ${number}`).toBeLessThan(1e-4);
    }
  });

  it('[ENG-73] that is not adopted has changed nothing', async () => {
    const encoder = deltaEncoder();
    const [a, b] = [encoder.createState('auto'), encoder.createState('auto')];
    const items = [a, b].map((state, i) => ({ state, features: features(i, 0) }));
    await step(encoder, items);
    const thrownAway = await encoder.encode(items);
    const again = await encoder.encode(items);
    expect(again.encoded.data).toEqual(thrownAway.encoded.data);
    const alone = await encoder.encode(items.slice(1));
    expect(alone.encoded.data).toEqual(again.encoded.data.slice(again.encoded.data.length / 2));
  });
});

describe('the card of a delta file', () => {
  it.each([
    ['cache_heads', '3', 'tensor cache_key_0 is [B, 4, 56, 48], [B, 3, 56, 48] is due'],
    ['cache_layers', '10', 'tensor cache_key_9 is missing'],
    ['rope', 'relative', 'metadata key rope is "relative", "absolute" is due'],
    ['cache_head_dim', '', 'metadata key cache_head_dim'],
  ])('[ENG-70] names what does not fit: %s = "%s"', (key, value, message) => {
    const wrong = new Map(metadata).set(key, value);
    expect(() => readDeltaCtcCard(graphs.delta, wrong)).toThrow(message);
  });
});

function asNumbers(bytes: Buffer): number[] {
  return [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)];
}
