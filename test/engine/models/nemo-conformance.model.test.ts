/** Models made, exported and decoded by NeMo itself (scripts/fixtures/models): what it heard is what is heard here. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Hypothesis, type Token } from '../../../src/engine/asr/hypothesis.ts';
import { createNemoMel } from '../../../src/engine/asr/mel/nemo-mel.ts';
import { computeFeatures, normalisePerFeature } from '../../../src/engine/asr/mel/utterance-features.ts';
import { readOfflineCard } from '../../../src/engine/asr/offline/offline-card.ts';
import {
  createOfflineEncoder,
  type OfflineEncoder,
} from '../../../src/engine/asr/offline/offline-encoder.ts';
import type { UtteranceDecoder } from '../../../src/engine/asr/offline/utterance-decoder.ts';
import type { Recogniser, RecogniserState, WindowShape } from '../../../src/engine/asr/recogniser.ts';
import { learnChunk } from '../../../src/engine/asr/streaming/learn-chunk.ts';
import { openCtcEncoder, openTransducerEncoder } from '../../../src/engine/asr/streaming/open-encoder.ts';
import type { EncodedFrames } from '../../../src/engine/asr/streaming/streaming-encoder.ts';
import { joinPieces } from '../../../src/engine/asr/vocabulary.ts';
import { createGraphShelf } from '../../../src/engine/models/graph-shelf.ts';
import { loadOfflineNemo, loadUtteranceDecoder } from '../../../src/engine/models/load-offline-nemo.ts';
import { loadStreamingCtc } from '../../../src/engine/models/load-streaming-ctc.ts';
import { loadStreamingRnnt } from '../../../src/engine/models/load-streaming-rnnt.ts';
import { findNemoFiles, type NemoFiles } from '../../../src/engine/models/nemo-files.ts';
import { readNemoConfig } from '../../../src/engine/models/nemo-config.ts';
import { loadVocabulary } from '../../../src/engine/models/load-vocabulary.ts';
import { readOnnxMetadata } from '../../../src/engine/models/onnx-metadata.ts';
import { loadGraph } from '../../../src/engine/onnx.ts';
import { readClip } from '../../support/engine.ts';
import {
  farthest,
  type GoldenRun,
  type GoldenTokens,
  type NemoFixture,
  nemoFixtures,
} from '../../support/nemo-golden.ts';

vi.setConfig({ testTimeout: 60_000 });

const OPTIONS = { provider: 'cpu', intraOpThreads: 1 } as const;
const TOLERANCE = 1e-4;
/** Log energies: those of near silence are far from zero and differ most. */
const FEATURE_TOLERANCE = 2e-3;

const fixtures = nemoFixtures();
const streaming = fixtures.filter(({ golden }) => golden.streaming);
const offline = fixtures.filter(({ golden }) => !golden.streaming);

async function samplesOf({ folder, golden }: NemoFixture, run: GoldenRun): Promise<Float32Array> {
  const clip = await readClip(join(folder, golden.audio));
  return Float32Array.from(clip.subarray(run.startSample, run.endSample), (sample) => sample / 32_768);
}

function goldenOf(tokens: GoldenTokens): readonly (readonly (number | undefined)[])[] {
  return tokens.ids.map((id, i) => [id, tokens.frames[i], tokens.durations?.[i]]);
}

function heardIn(tokens: readonly Token[]): readonly (readonly (number | undefined)[])[] {
  return tokens.map(({ id, frame, frames }) => [id, frame, frames]);
}

/** NeMo writes unknown pieces and language tags out. */
function withoutSpecial(text: string): string {
  return text.replaceAll(/ \u2047 |<[^>]+>/g, '');
}

/** Windows as sessions cut them: what would lie before the first one is zero. */
function windowsOf(features: Float32Array, shape: WindowShape): readonly Float32Array[] {
  const { bands, windowFrames, shiftFrames, cacheFrames } = shape;
  const steps = features.length / bands / shiftFrames;
  return Array.from({ length: steps }, (_, step) => {
    const window = new Float32Array(windowFrames * bands);
    const from = (step * shiftFrames - cacheFrames) * bands;
    window.set(features.subarray(Math.max(0, from), from + window.length), Math.max(0, -from));
    return window;
  });
}

/** Row `row` of encoded frames, frame by frame. */
function rowOf(encoded: EncodedFrames, row: number, frames: number): Float32Array {
  const { data, width, isFrameLast } = encoded;
  const base = row * encoded.frames * width;
  return Float32Array.from({ length: frames * width }, (_, i) => {
    const [frame, w] = [Math.floor(i / width), i % width];
    return data[base + (isFrameLast ? w * encoded.frames + frame : i)]!;
  });
}

async function loadStreaming({ golden }: NemoFixture, files: NemoFiles): Promise<Recogniser> {
  const load = golden.decoder === 'ctc' ? loadStreamingCtc : loadStreamingRnnt;
  const { recogniser, release } = await load(files, createGraphShelf(OPTIONS));
  onTestFinished(release);
  return recogniser;
}

/** Hears the windows of `state`, in the company of a stream that hears them backwards where there may be one. */
async function hear(
  recogniser: Recogniser,
  state: RecogniserState,
  windows: readonly Float32Array[],
): Promise<Hypothesis> {
  const other = recogniser.createState('auto');
  for (const [step, features] of windows.entries()) {
    const items = [
      { state: other, features: windows[windows.length - 1 - step]! },
      { state, features },
    ];
    const company = items.slice(-Math.min(items.length, recogniser.maxBatch));
    expect(await recogniser.step(company)).toEqual(company.map(() => true));
  }
  return state.hypothesis;
}

describe.each(streaming)('$name', (fixture) => {
  const { golden } = fixture;
  const mel = createNemoMel(golden.bands);

  it('[ENG-85] has the features and encoder outputs of NeMo', async () => {
    const files = await findNemoFiles(fixture.folder);
    const graph = await loadGraph(files.encoder, OPTIONS);
    onTestFinished(() => graph.release());
    const open = golden.decoder === 'ctc' ? openCtcEncoder : openTransducerEncoder;
    const { encoder } = open(graph, await learnChunk(graph, await readOnnxMetadata(files.encoder)));
    expect(encoder.shape).toMatchObject({
      windowFrames: golden.windowFrames,
      shiftFrames: golden.shiftFrames,
    });
    for (const run of golden.runs) {
      const windows = windowsOf(computeFeatures(await samplesOf(fixture, run), mel), encoder.shape);
      const state = encoder.createState(run.prompt ?? 'auto');
      const frames: number[] = [];
      for (const features of windows) {
        const { encoded, adopt } = await encoder.encode([{ state, features }]);
        frames.push(...rowOf(encoded, 0, encoded.frames));
        adopt();
      }
      if (run.features) {
        const first = windows.slice(0, run.features.shape[0]).flatMap((window) => [...window]);
        expect(farthest(Float32Array.from(first), fixture.numbers(run.features))).toBeLessThan(
          FEATURE_TOLERANCE,
        );
      }
      expect(farthest(Float32Array.from(frames), fixture.numbers(run.output))).toBeLessThan(TOLERANCE);
    }
  });

  it('[ENG-62] [ENG-85] says what NeMo says, at its frames, in company', async () => {
    const recogniser = await loadStreaming(fixture, await findNemoFiles(fixture.folder));
    for (const run of golden.runs) {
      const windows = windowsOf(computeFeatures(await samplesOf(fixture, run), mel), recogniser.shape);
      const state = recogniser.createState(run.prompt ?? 'auto');
      const { tokens } = await hear(recogniser, state, windows);
      expect(heardIn(tokens)).toEqual(goldenOf(run.tokensWithTurns ?? run.tokens));
      if (!run.tokensWithTurns) {
        const text = joinPieces(tokens.map(({ id }) => recogniser.vocabulary.piece(id)));
        expect(text).toBe(withoutSpecial(run.text));
      }
    }
  });
});

/** Encoder and decoder of a model of whole utterances, each by itself. */
async function openOffline({ golden, folder }: NemoFixture): Promise<{
  encoder: OfflineEncoder;
  decoder: UtteranceDecoder;
}> {
  const files = await findNemoFiles(folder);
  const shelf = createGraphShelf(OPTIONS);
  onTestFinished(() => shelf.release());
  const metadata = await readNemoConfig(await readOnnxMetadata(files.encoder), files.config);
  const vocabulary = await loadVocabulary(files.vocabulary);
  const graph = await shelf.load(files.encoder);
  const card = readOfflineCard(graph, metadata);
  expect(card).toMatchObject({ bands: golden.bands, subsampling: 8, normalisation: 'per_feature' });
  return {
    encoder: createOfflineEncoder(graph, card, golden.decoder !== 'ctc'),
    decoder: await loadUtteranceDecoder(shelf, {
      files,
      metadata,
      vocabulary,
      encoded: card.tensors.encoded,
    }),
  };
}

describe.each(offline)('$name', (fixture) => {
  const { golden } = fixture;
  const mel = createNemoMel(golden.bands);

  it('[ENG-69] [ENG-85] has the features, encoder outputs, tokens, frames and durations of NeMo', async () => {
    const { encoder, decoder } = await openOffline(fixture);
    for (const run of golden.runs) {
      const features = computeFeatures(await samplesOf(fixture, run), mel);
      normalisePerFeature(features, golden.bands);
      if (run.features) {
        expect(farthest(features, fixture.numbers(run.features))).toBeLessThan(FEATURE_TOLERANCE);
      }
      const utterances = await encoder.encode([features]);
      const output = rowOf(utterances.encoded, 0, utterances.frames[0] ?? 0);
      expect(farthest(output, fixture.numbers(run.output))).toBeLessThan(TOLERANCE);
      const [hypothesis] = await decoder.decode(utterances);
      expect(heardIn(hypothesis?.tokens ?? [])).toEqual(goldenOf(run.tokens));
    }
  });

  it('[ENG-80] [ENG-85] says what NeMo says of each utterance, all in one batch', async () => {
    const { recogniser, release } = await loadOfflineNemo(
      await findNemoFiles(fixture.folder),
      createGraphShelf(OPTIONS),
    );
    onTestFinished(release);
    const items = [];
    for (const run of golden.runs) items.push({ samples: await samplesOf(fixture, run), language: 'auto' });
    const results = await recogniser.recognise(items);
    expect(results.map((result) => result?.tokens)).toEqual(golden.runs.map(({ tokens }) => tokens.ids));
    // NeMo writes a space for a word mark that stands alone; here it makes no word.
    expect(results.map((result) => result?.text)).toEqual(
      golden.runs.map(({ text }) => withoutSpecial(text).replaceAll(/ +/g, ' ')),
    );
  });
});

it('[ENG-85] there is a model of every kind', () => {
  const kinds = fixtures.map(
    ({ golden }) => `${golden.streaming ? 'streaming' : 'offline'} ${golden.decoder}`,
  );
  expect([...new Set(kinds)].sort()).toEqual([
    'offline ctc',
    'offline rnnt',
    'offline tdt',
    'streaming ctc',
    'streaming rnnt',
  ]);
});
