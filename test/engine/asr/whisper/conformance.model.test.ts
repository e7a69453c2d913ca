/**
 * The whole of Whisper against transformers: models fitted by scripts/fixtures/whisper, exported by Optimum,
 * with what `generate()` made of the same clips.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignTokens } from '../../../../src/engine/asr/whisper/alignment.ts';
import { type Decoded, decodeBatch } from '../../../../src/engine/asr/whisper/decode-batch.ts';
import {
  type LoadedParts,
  loadWhisper,
  type LoadedWhisper,
  loadWhisperParts,
} from '../../../../src/engine/asr/whisper/load-whisper.ts';
import { findWhisperFiles, type WhisperFiles } from '../../../../src/engine/asr/whisper/whisper-files.ts';
import { MEL_FRAMES } from '../../../../src/engine/asr/whisper/whisper-mel.ts';
import { clipSamples, float32File, WHISPER_TINY, WHISPER_TINY_EN } from './fixture-clips.ts';

interface GoldenWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface GoldenRun {
  readonly audio: string;
  readonly samples: number;
  readonly tokens: readonly number[];
  readonly frames: readonly number[];
  readonly plainTokens: readonly number[];
  readonly text: string;
  readonly words: readonly GoldenWord[];
  readonly noSpeechProbability: number;
  readonly language?: string;
}

interface Golden {
  readonly maxNewTokens: number;
  readonly logitSteps: number;
  readonly runs: readonly GoldenRun[];
}

/** Hundreds of small steps: quick alone, not beside other tests. */
const SHARED_CORES = { timeout: 30_000 };
const CPU = { provider: 'cpu', intraOpThreads: 1 } as const;

async function tiny(): Promise<WhisperFiles> {
  return findWhisperFiles(WHISPER_TINY, 'fp32');
}

/** The model with another of the decoders that lie beside the plain one. */
async function tinyWith(decoder: string): Promise<WhisperFiles> {
  return { ...(await tiny()), decoder: { kind: 'merged', path: `${WHISPER_TINY}/onnx/${decoder}.onnx` } };
}

const variants = [
  { title: 'merged', folder: WHISPER_TINY, files: tiny, tolerance: 1e-4 },
  {
    title: 'merged with attention',
    folder: WHISPER_TINY,
    files: () => tinyWith('decoder_model_merged_timestamped'),
    tolerance: 1e-4,
  },
  {
    title: 'merged in half precision, with attention',
    folder: WHISPER_TINY,
    files: () => tinyWith('decoder_model_merged_fp16'),
    tolerance: 0.1,
  },
  {
    title: 'two decoder graphs, English only',
    folder: WHISPER_TINY_EN,
    files: () => findWhisperFiles(WHISPER_TINY_EN),
    tolerance: 1e-4,
  },
] as const;

function goldenOf(folder: string): Golden {
  return JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Golden;
}

describe.each(variants)('$title', SHARED_CORES, ({ folder, files, tolerance }) => {
  const golden = goldenOf(folder);
  const clips = golden.runs.map(({ audio }) => clipSamples(audio));
  let loaded: LoadedParts;
  beforeAll(async () => {
    loaded = await loadWhisperParts(await files(), CPU);
  });
  afterAll(() => loaded.release());

  async function encode(samples: readonly Float32Array[]) {
    const { card, mel, encoder } = loaded.parts;
    const length = card.bands * MEL_FRAMES;
    const features = new Float32Array(samples.length * length);
    for (const [row, clip] of samples.entries()) mel.compute(clip, features.subarray(row * length));
    return encoder.encode(features, samples.length);
  }

  async function decode(
    rows: readonly number[],
    how: { readonly timestamps: boolean; readonly detect?: boolean },
  ): Promise<readonly (Decoded | undefined)[]> {
    const { card, decoder } = loaded.parts;
    const items = rows.map((row) => ({
      languageId: how.detect ? undefined : card.tokens.languages.get(golden.runs[row]!.language ?? ''),
      frames: Math.floor(clips[row]!.length / 320),
    }));
    const encoded = await encode(rows.map((row) => clips[row]!));
    const { tokens, rules } = card;
    return decodeBatch(
      decoder,
      { encoded, items },
      { tokens, rules, timestamps: how.timestamps, maxNewTokens: golden.maxNewTokens, temperature: 0 },
    );
  }

  it('[ENG-94] computes the logits of the original', async () => {
    const { card, decoder } = loaded.parts;
    const [run] = golden.runs;
    const expected = float32File(`${folder}/golden.logits.f32`);
    const size = expected.length / golden.logitSteps;
    const { startOfTranscript, transcribe, languages } = card.tokens;
    const language = languages.get(run!.language ?? '');
    const prompt = language === undefined ? [startOfTranscript] : [startOfTranscript, language, transcribe!];
    const steps = decoder.begin(await encode([clips[0]!]));
    let output = await steps.step([prompt]);
    for (let step = 0; step < golden.logitSteps; step++) {
      const actual = output.logits(0, step === 0 ? prompt.length - 1 : 0);
      const due = expected.subarray(step * size, (step + 1) * size);
      expect(actual).toHaveLength(size);
      expect(due.reduce((most, value, id) => Math.max(most, Math.abs(value - actual[id]!)), 0)).toBeLessThan(
        tolerance,
      );
      output = await steps.step([[run!.tokens[step]!]]);
    }
  });

  it('[ENG-94] decodes the tokens of generate(), with timestamps and without', async () => {
    for (const [row, run] of golden.runs.entries()) {
      const [timed] = await decode([row], { timestamps: true });
      expect(timed?.ids).toEqual(run.tokens);
      const [plain] = await decode([row], { timestamps: false });
      expect(plain?.ids).toEqual(run.plainTokens);
      expect(timed?.noSpeechProbability).toBeCloseTo(run.noSpeechProbability, tolerance < 0.01 ? 4 : 2);
    }
  });

  it('[ENG-95] gives each utterance in a batch what it gets alone', async () => {
    const rows = [...golden.runs.keys()];
    const together = await decode(rows, { timestamps: true });
    for (const row of rows) {
      const [alone] = await decode([row], { timestamps: true });
      expect(together[row]?.ids).toEqual(alone?.ids);
      expect(together[row]?.meanLogProbability).toBeCloseTo(alone?.meanLogProbability ?? Number.NaN, 4);
      expect(together[row]?.attention.length).toBe(alone?.attention.length);
    }
  });

  it('[ENG-93] tells the language as detect_language() does, and decodes on from there', async () => {
    const rows = [...golden.runs.keys()];
    const detected = await decode(rows, { timestamps: true, detect: true });
    const { languages } = loaded.parts.card.tokens;
    for (const [row, run] of golden.runs.entries()) {
      expect(detected[row]?.languageId).toBe(languages.get(run.language ?? ''));
      expect(detected[row]?.ids).toEqual(run.tokens);
    }
  });

  it('[ENG-96] puts tokens where transformers does, within a frame', async () => {
    const { card, decoder } = loaded.parts;
    const results = await decode([...golden.runs.keys()], { timestamps: true });
    for (const [row, run] of golden.runs.entries()) {
      const { attention = [] } = results[row] ?? {};
      expect(attention.length > 0).toBe(decoder.showsAttention);
      if (!decoder.showsAttention) continue;
      const frames = Math.floor(clips[row]!.length / 320);
      const reached = alignTokens(attention, { heads: card.alignmentHeads.length, frames });
      expect(reached).toHaveLength(run.frames.length);
      const worst = Math.max(...reached.map((frame, at) => Math.abs(frame - run.frames[at]!)));
      expect(worst).toBeLessThanOrEqual(1);
    }
  });
});

describe('words', SHARED_CORES, () => {
  let loaded: LoadedWhisper;
  const golden = goldenOf(WHISPER_TINY);
  beforeAll(async () => {
    loaded = await loadWhisper(await tinyWith('decoder_model_merged_timestamped'), CPU);
  });
  afterAll(() => loaded.release());

  /** What no space precedes belongs to the word before it: `30` and `%` are one word as written. */
  function asWritten(words: readonly GoldenWord[], hasSpaces: boolean): readonly GoldenWord[] {
    return words.reduce<GoldenWord[]>((joined, word) => {
      const last = joined.at(-1);
      if (last === undefined || !hasSpaces || word.text.startsWith(' ')) return [...joined, word];
      return [...joined.slice(0, -1), { text: last.text + word.text, start: last.start, end: word.end }];
    }, []);
  }

  it('[ENG-97] are those of transformers, in languages with spaces and without', async () => {
    const items = golden.runs.map(({ audio, language }) => ({
      samples: clipSamples(audio),
      language: language ?? 'auto',
    }));
    const results = await loaded.recogniser.recognise(items);
    for (const [row, run] of golden.runs.entries()) {
      const result = results[row]!;
      const due = asWritten(run.words, run.language !== 'ja');
      expect(result.words.map(({ word }) => word)).toEqual(due.map(({ text }) => text.trim()));
      expect(result.text).toBe(run.text.trim());
      expect(result.tokens).toEqual(run.tokens);
      for (const [at, word] of result.words.entries()) {
        // A word beside a pause may have been shortened: it lies within the reference, never outside.
        expect(word.startSample).toBeGreaterThanOrEqual((due[at]!.start - 0.021) * 16_000);
        expect(word.endSample).toBeLessThanOrEqual((due[at]!.end + 0.021) * 16_000);
        expect(word.endSample).toBeGreaterThanOrEqual(word.startSample);
        expect(word.confidence).toBeGreaterThan(0.5);
        expect(word.confidence).toBeLessThanOrEqual(1);
      }
    }
  });
});
