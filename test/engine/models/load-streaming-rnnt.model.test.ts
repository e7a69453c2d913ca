import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Hypothesis } from '../../../src/engine/asr/hypothesis.ts';
import type { Recogniser, RecogniserState } from '../../../src/engine/asr/recogniser.ts';
import { loadStreamingRnnt } from '../../../src/engine/models/load-streaming-rnnt.ts';
import { createGraphShelf } from '../../../src/engine/models/graph-shelf.ts';
import { findNemoFiles } from '../../../src/engine/models/nemo-files.ts';
import { makeModelFolder, type ModelFolder } from '../../support/model-folder.ts';

vi.setConfig({ testTimeout: 60_000 });

const SCRIPTED = 'fixtures/models/scripted-rnnt';
const OPTIONS = { provider: 'cpu', intraOpThreads: 1 } as const;

const SPLIT = {
  'encoder.onnx': 'encoder.onnx',
  'decoder.onnx': 'decoder.onnx',
  'joiner.onnx': 'joiner.onnx',
};
const LAYOUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'two graphs, batch first': SPLIT,
  'one graph, batch first': {
    'encoder.onnx': 'encoder.onnx',
    'decoder_joint-model.onnx': 'decoder_joint.onnx',
  },
  'one graph, layers first': { 'encoder.onnx': 'encoder-r.onnx', 'decoder_joint.onnx': 'decoder_joint.onnx' },
  'one graph, layers first, one stream and one frame at a time': {
    'encoder.onnx': 'encoder-r.one.onnx',
    'decoder_joint.onnx': 'decoder_joint.one.onnx',
  },
};

function folderOf(files: Readonly<Record<string, string>>): ModelFolder {
  const paths = Object.entries(files).map(([name, source]) => [name, `${SCRIPTED}/${source}`]);
  return makeModelFolder({ ...Object.fromEntries(paths), 'tokens.txt': `${SCRIPTED}/tokens.txt` });
}

async function load({ path }: ModelFolder): Promise<Recogniser> {
  const { recogniser, release } = await loadStreamingRnnt(
    await findNemoFiles(path),
    createGraphShelf(OPTIONS),
  );
  onTestFinished(release);
  return recogniser;
}

function loading({ path }: ModelFolder): Promise<unknown> {
  return findNemoFiles(path).then((files) => loadStreamingRnnt(files, createGraphShelf(OPTIONS)));
}

/** Window `step` of stream `stream`: something else each time. */
function features({ shape }: Recogniser, stream: number, step: number): Float32Array {
  return Float32Array.from({ length: shape.windowFrames * shape.bands }, (_, i) => {
    const frame = Math.floor(i / shape.bands) + step * shape.shiftFrames;
    return Math.sin(frame * 0.21 * (stream + 1) + (i % shape.bands)) * 2.5;
  });
}

const STEPS = 30;

async function alone(recogniser: Recogniser, stream: number, language = 'auto'): Promise<Hypothesis> {
  const state = recogniser.createState(language);
  for (let step = 0; step < STEPS; step++) {
    await recogniser.step([{ state, features: features(recogniser, stream, step) }]);
  }
  return state.hypothesis;
}

function ids({ tokens }: Hypothesis): readonly (readonly number[])[] {
  return tokens.map(({ id, frame }) => [id, frame]);
}

describe('a streaming transducer', () => {
  it('[ENG-67] says the same in every layout of its files and tensors', async () => {
    const heard: unknown[] = [];
    for (const layout of Object.values(LAYOUTS)) {
      const recogniser = await load(folderOf(layout));
      const hypotheses = [await alone(recogniser, 0), await alone(recogniser, 1)];
      heard.push(hypotheses.map(ids));
      expect(new Set(hypotheses[0]?.tokens.map(({ id }) => id)).size).toBeGreaterThan(4);
    }
    expect(heard).toEqual(heard.map(() => heard[0]));
  });

  it.each(['two graphs, batch first', 'one graph, layers first'])(
    '[ENG-62] of %s gives each stream what it would get alone, in any company',
    async (layout) => {
      const recogniser = await load(folderOf(LAYOUTS[layout]!));
      const states = [0, 1, 2].map((): RecogniserState => recogniser.createState('auto'));
      const steps = [0, 0, 0];
      const company = [[0, 1, 2], [2, 0], [1], [0, 1, 2], [2, 1, 0], [0, 2]];
      for (let round = 0; Math.min(...steps) < STEPS; round++) {
        const streams = company[round % company.length]!.filter((s) => steps[s]! < STEPS);
        if (streams.length === 0) continue;
        await recogniser.step(
          streams.map((s) => ({ state: states[s]!, features: features(recogniser, s, steps[s]!) })),
        );
        for (const s of streams) steps[s]!++;
      }
      for (const [s, { hypothesis }] of states.entries()) {
        expect(ids(hypothesis)).toEqual(ids(await alone(recogniser, s)));
      }
    },
  );

  it('[ENG-29] whose export has its batch baked in takes one stream at a time', async () => {
    const { maxBatch } = await load(
      folderOf(LAYOUTS['one graph, layers first, one stream and one frame at a time']!),
    );
    expect(maxBatch).toBe(1);
  });

  it('[ENG-34] is named like any streaming model and speaks the languages it can be told', async () => {
    const folder = folderOf({ ...SPLIT, 'encoder.onnx': 'encoder.prompt.onnx' });
    folder.write('card.json', JSON.stringify({ name: 'prompted' }));
    const { model, release } = await loadStreamingRnnt(
      await findNemoFiles(folder.path),
      createGraphShelf(OPTIONS),
    );
    onTestFinished(release);
    expect(model).toEqual({
      name: 'prompted-160ms',
      aliases: ['prompted'],
      languages: ['en', 'ja'],
      streaming: true,
      chunkMs: 160,
    });
  });

  it('[ENG-68] is told the language to expect', async () => {
    const recogniser = await load(folderOf({ ...SPLIT, 'encoder.onnx': 'encoder.prompt.onnx' }));
    const heard = async (language: string): Promise<unknown> => ids(await alone(recogniser, 0, language));
    const [american, british, japanese, auto] = [
      await heard('en-US'),
      await heard('en-gb'),
      await heard('ja-JP'),
      await heard('auto'),
    ];
    expect(new Set([american, british, japanese, auto].map((each) => JSON.stringify(each))).size).toBe(4);
    expect(await heard('en')).toEqual(american);
    expect(await heard('en-AU')).toEqual(american);
    expect(() => recogniser.createState('fr')).toThrow('The model cannot be told to expect "fr"');
    expect(() => recogniser.createState('fr')).toThrow(
      expect.objectContaining({ code: 'language_unsupported' }) as Error,
    );
  });

  it('[ENG-26] says which stream it could not make numbers of', async () => {
    const recogniser = await load(folderOf(SPLIT));
    const items = [0, 1, 2].map((stream) => ({
      state: recogniser.createState('auto'),
      features: features(recogniser, stream, 0).fill(stream === 1 ? Number.NaN : 0.5),
    }));
    expect(await recogniser.step(items)).toEqual([true, false, true]);
  });
});

interface Bad {
  readonly what: string;
  /** Two graphs, batch first, where nothing is said. */
  readonly files?: Readonly<Record<string, string>>;
  readonly spoil?: (folder: ModelFolder) => void;
  readonly message: string;
}

describe('a transducer is refused', () => {
  it.each<Bad>([
    {
      what: 'with a joint network of zeros',
      spoil: (folder) => folder.patch('joiner.onnx', (bytes) => bytes.fill(0)),
      message: 'joiner.onnx',
    },
    {
      what: 'with a cut predictor',
      spoil: (folder) => folder.cut('decoder.onnx', 300),
      message: 'decoder.onnx',
    },
    {
      what: 'with an empty encoder',
      spoil: (folder) => folder.cut('encoder.onnx', 0),
      message: 'encoder.onnx is damaged',
    },
    {
      what: 'without the file its weights are in',
      files: { ...SPLIT, 'joiner.onnx': 'joiner.external.onnx' },
      message: 'joiner.data',
    },
    {
      what: 'of an operator set to come',
      spoil: (folder) =>
        folder.patch('joiner.onnx', (bytes) => {
          bytes[bytes.indexOf(Buffer.of(0x10, 17), bytes.length - 16) + 1] = 99;
        }),
      message: 'Opset 99',
    },
    {
      what: 'with the vocabulary of another model',
      spoil: (folder) => folder.write('tokens.txt', 'a 0\nb 1\n<blk> 2\n'),
      message: 'The vocabulary has 2 tokens, the model 12',
    },
    {
      what: 'with the vocabulary of another model, told by its scores alone',
      files: LAYOUTS['one graph, layers first']!,
      spoil: (folder) => folder.write('tokens.txt', 'a 0\nb 1\n<blk> 2\n'),
      message: 'the vocabulary has 2 tokens, the joint network gives 13 scores',
    },
    {
      what: 'with an encoder that has no caches',
      files: { ...SPLIT, 'encoder.onnx': 'encoder.offline.onnx' },
      message: 'tensor cache_last_time is missing (there are: audio_signal, length)',
    },
    {
      what: 'with two predictors',
      files: { ...SPLIT, 'joiner.onnx': 'decoder.onnx' },
      message: 'nobody knows what the input tensor targets is for',
    },
    {
      what: 'with caches of another length',
      spoil: swapCacheDim,
      message: 'tensor cache_last_channel is [B, 2, 3, 4], [B, 2, 9, 4] is due',
    },
  ])('[ENG-33] $what', async ({ files = SPLIT, spoil, message }) => {
    const folder = folderOf(files);
    spoil?.(folder);
    await expect(loading(folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(message) as string,
    });
  });

  it('[ENG-31] when a file is missing, which it names', async () => {
    const folder = folderOf({ 'encoder.onnx': 'encoder.onnx', 'decoder.onnx': 'decoder.onnx' });
    await expect(loading(folder)).rejects.toThrow('The model lacks decoder.onnx and joiner.onnx');
  });
});

/** The metadata says another left context than the cache has. */
function swapCacheDim(folder: ModelFolder): void {
  folder.patch('encoder.onnx', (bytes) => {
    const key = bytes.indexOf('cache_last_channel_dim2');
    bytes.write('9', bytes.indexOf('3', key + 23));
  });
}
