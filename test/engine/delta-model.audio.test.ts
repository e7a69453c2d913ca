/** The delta files of the bundled model against its plain files, on every recording there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/base/random.ts';
import { wordErrorRate } from '../../src/bench/wer.ts';
import { openCtcEncoder } from '../../src/engine/asr/streaming/open-encoder.ts';
import { parseVocabulary } from '../../src/engine/asr/vocabulary.ts';
import { readOnnxMetadata } from '../../src/engine/models/onnx-metadata.ts';
import { loadGraph } from '../../src/engine/onnx.ts';
import { audioWindows } from '../../src/models/import/audio-windows.ts';
import { editDistance, hearWindows, tokensOf } from '../../src/models/import/hear-windows.ts';
import { readClip } from '../support/engine.ts';

interface Recording {
  readonly name: string;
  readonly audio: Int16Array;
  readonly text: string;
}

const vocabulary = parseVocabulary(readFileSync('models/rt-tiny-en/tokens.txt', 'utf8'));
const COMPANY = 8;

const random = randomFrom(20_261_121);

/** The same recording 6 dB softer with noise about 20 dB below speech. */
function noisy(audio: Int16Array): Int16Array {
  return audio.map((sample) => Math.round(sample / 2 + (random() + random() - 1) * 400));
}

/** The same recording 8 % faster, by linear interpolation. */
function faster(audio: Int16Array): Int16Array {
  return Int16Array.from({ length: Math.floor(audio.length / 1.08) - 1 }, (_, i) => {
    const at = i * 1.08;
    const [left, right] = [audio[Math.floor(at)] ?? 0, audio[Math.floor(at) + 1] ?? 0];
    return left + (right - left) * (at % 1);
  });
}

async function readFolder(folder: string): Promise<readonly Recording[]> {
  const lines = readFileSync(join(folder, 'manifest.jsonl'), 'utf8').trim().split('\n');
  const clips = lines.map((line) => JSON.parse(line) as { file: string; text: string });
  const recordings: Recording[] = [];
  for (const { file, text } of clips) {
    recordings.push({ name: file, audio: await readClip(join(folder, file)), text });
  }
  return recordings;
}

async function readRecordings(): Promise<readonly Recording[]> {
  const folder = process.env['RT_TEST_AUDIO'] ?? '';
  const plain = [...(await readFolder(folder)), ...(await readFolder('fixtures/audio'))];
  return plain.flatMap((recording) => [
    recording,
    { ...recording, name: `${recording.name}, noisy`, audio: noisy(recording.audio) },
    { ...recording, name: `${recording.name}, faster`, audio: faster(recording.audio) },
  ]);
}

const recordings = await readRecordings();
const minutes = recordings.reduce((sum, { audio }) => sum + audio.length, 0) / 16_000 / 60;

/** Tokens of every recording, with the same recordings side by side for every file. */
async function tokensBy(name: string, company = COMPANY): Promise<readonly (readonly number[])[]> {
  const path = join('models/rt-tiny-en', name);
  const graph = await loadGraph(path, { provider: 'cpu', intraOpThreads: 2 });
  const { encoder } = openCtcEncoder(graph, await readOnnxMetadata(path));
  const tokens: (readonly number[])[] = [];
  for (let at = 0; at < recordings.length; at += company) {
    const batch = recordings.slice(at, at + company).map(({ audio }) => audioWindows(audio, encoder.shape));
    const heard = await hearWindows(encoder, batch);
    tokens.push(...heard.map((frames) => tokensOf(frames, vocabulary.blankId)));
  }
  await graph.release();
  return tokens;
}

function textOf(tokens: readonly number[]): string {
  return tokens
    .map((id) => vocabulary.piece(id))
    .join('')
    .replaceAll('▁', ' ')
    .trim();
}

function editsOf(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return a.reduce((sum, tokens, i) => sum + editDistance(tokens, b[i]!), 0);
}

function errorsOf(tokens: readonly (readonly number[])[]): number {
  let [errors, words] = [0, 0];
  for (const [i, { text }] of recordings.entries()) {
    const result = wordErrorRate(text, textOf(tokens[i]!));
    errors += result.sub + result.ins + result.del;
    words += result.refWords;
  }
  return errors / words;
}

describe('the delta files of the bundled model', () => {
  it.each([160, 560])(
    '[ENG-75] in fp32 say the tokens of the plain file, %i ms',
    async (chunkMs) => {
      expect(minutes).toBeGreaterThan(20);
      const plain = await tokensBy(`model.${chunkMs}ms.onnx`);
      const delta = await tokensBy(`model.${chunkMs}ms.delta.onnx`);
      const different = recordings.filter((_, i) => plain[i]!.join() !== delta[i]!.join());
      expect(different.map(({ name }) => name)).toEqual([]);
    },
    600_000,
  );

  // Activations are quantised over the whole batch, so an int8 file differs from itself with its company:
  // that is the measure of a difference that means nothing.
  it.each([160, 560])(
    '[ENG-75] in int8 differ from the plain file by less than company does, and by 0.2 points of word errors, %i ms',
    async (chunkMs) => {
      const plain = await tokensBy(`model.${chunkMs}ms.int8.onnx`);
      const alone = await tokensBy(`model.${chunkMs}ms.int8.onnx`, 1);
      const delta = await tokensBy(`model.${chunkMs}ms.int8.delta.onnx`);
      expect(editsOf(plain, delta)).toBeLessThanOrEqual(editsOf(plain, alone));
      expect(Math.abs(errorsOf(delta) - errorsOf(plain))).toBeLessThanOrEqual(0.002);
    },
    600_000,
  );
});
