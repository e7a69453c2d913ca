/**
 * The audio of a run: files, folders of them, and manifests that say what is spoken in each.
 *
 * A manifest is JSON lines with `file`, `text` and `words`, of which each has `word` (or `w`), `start` and `end` in
 * seconds. The one beside a file, named `manifest.jsonl`, is looked into for the file's text; a folder is its manifest,
 * or the audio files in it where there is none.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, RtError } from '../base/errors.ts';
import { openAudioSource } from '../audio/source.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { Clip, TimedWord } from './program.ts';

/** What is spoken where nobody said what. */
export const DEMO_CLIP: string = fileURLToPath(new URL('../../fixtures/audio/demo.wav', import.meta.url));

const MANIFEST = 'manifest.jsonl';
const AUDIO_NAME = /\.(?:wav|flac|ogg|opus|mp3|m4a|raw|pcm)$/i;

interface Said {
  readonly text: string | undefined;
  readonly words: readonly TimedWord[] | undefined;
}

interface Named extends Said {
  readonly path: string;
}

/** @throws RtError file_unreadable, invalid_audio, component_missing */
export async function readClips(inputs: readonly string[]): Promise<readonly Clip[]> {
  const named: Named[] = [];
  for (const input of inputs) named.push(...(await namedIn(input)));
  const clips: Clip[] = [];
  for (const { path, text, words } of named)
    clips.push(checked({ name: basename(path), samples: await readSamples(path), text, words }));
  if (clips.some(({ samples }) => samples.length > 0)) return clips;
  throw new RtError('invalid_audio', `There is no audio in ${inputs.join(', ')}`, {
    hint: 'Give --audio a file, a folder of files or a manifest.',
  });
}

function checked(clip: Clip): Clip {
  const { name, samples, words = [] } = clip;
  if ((words.at(-1)?.endSample ?? 0) <= samples.length) return clip;
  throw new RtError('invalid_audio', `The manifest of ${name} has words behind the end of its audio`, {
    hint: 'Its times are seconds from the start of the file: "words":[{"word":"one","start":0.5,"end":0.7}].',
  });
}

async function namedIn(input: string): Promise<readonly Named[]> {
  if (extname(input) === '.jsonl') return readManifest(input);
  const info = await stat(input).catch((cause: unknown) => {
    throw new RtError('file_unreadable', `cannot read ${input}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path given with --audio',
    });
  });
  if (info.isDirectory()) return namedInFolder(input);
  const beside = await manifestIn(dirname(input));
  const row = beside?.find(({ path }) => basename(path) === basename(input));
  return [{ path: input, text: row?.text, words: row?.words }];
}

async function namedInFolder(folder: string): Promise<readonly Named[]> {
  const listed = await manifestIn(folder);
  if (listed !== undefined) return listed;
  const names = (await readdir(folder)).filter((name) => AUDIO_NAME.test(name)).sort();
  return names.map((name) => ({ path: join(folder, name), text: undefined, words: undefined }));
}

async function manifestIn(folder: string): Promise<readonly Named[] | undefined> {
  const path = join(folder, MANIFEST);
  const isThere = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
  return isThere ? readManifest(path) : undefined;
}

async function readManifest(path: string): Promise<readonly Named[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RtError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const row = readRow(line);
    if (row !== undefined) return [{ ...row, path: join(dirname(path), row.file) }];
    throw new RtError('file_unreadable', `${path}:${String(index + 1)} is not a line of a manifest`, {
      hint: 'Each line is JSON with "file" and, where they are known, "text" and "words": [{word, start, end}].',
    });
  });
}

function readRow(line: string): (Said & { readonly file: string }) | undefined {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row !== 'object' || row === null || !('file' in row) || typeof row.file !== 'string')
      return undefined;
    const text = 'text' in row && typeof row.text === 'string' ? row.text : undefined;
    const words = 'words' in row ? readWords(row.words) : undefined;
    if ('words' in row && words === undefined) return undefined;
    return { file: row.file, text: text ?? words?.map(({ word }) => word).join(' '), words };
  } catch {
    return undefined;
  }
}

/** Words in the order they are spoken, some of no length, as aligners give them; undefined when they are not that. */
function readWords(value: unknown): readonly TimedWord[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const words = value.flatMap((one: unknown) => readWord(one) ?? []);
  const isInOrder = words.every(({ startSample, endSample }, index) => {
    return startSample >= (words[index - 1]?.endSample ?? 0) && endSample >= startSample;
  });
  return words.length === value.length && isInOrder ? words : undefined;
}

function readWord(value: unknown): TimedWord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('start' in value && 'end' in value)) return undefined;
  const { start, end } = value;
  const word = 'word' in value ? value.word : 'w' in value ? value.w : undefined;
  if (typeof word !== 'string' || typeof start !== 'number' || typeof end !== 'number') return undefined;
  const sampleAt = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);
  return { word, startSample: sampleAt(start), endSample: sampleAt(end) };
}

async function readSamples(path: string): Promise<Int16Array> {
  const { frames } = await openAudioSource(path);
  const parts: Int16Array[] = [];
  for await (const frame of frames) parts.push(frame);
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}
