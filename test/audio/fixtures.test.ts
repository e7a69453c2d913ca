import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openAudioSource } from '../../src/audio/source.ts';

interface Clip {
  readonly file: string;
  readonly text: string;
  readonly voice: string;
  readonly sha256: string;
  readonly duration_s: number;
}

const folder = 'fixtures/audio';
const clips = readFileSync(`${folder}/manifest.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Clip);

test('every clip is in the manifest, and together they stay small', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wav'));
  expect(clips.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
  const totalBytes = files.reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0);
  expect(totalBytes).toBeLessThan(2e6);
});

test.each(clips)('$file is what the manifest says', async ({ file, sha256, duration_s: seconds }) => {
  const bytes = readFileSync(`${folder}/${file}`);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  const source = await openAudioSource(`${folder}/${file}`);
  expect(source.description).toBe(`${file} · 16000 Hz, mono, s16`);
  expect(source.durationS).toBeCloseTo(seconds, 3);
  for await (const frame of source.frames) expect(frame.length).toBeGreaterThan(0);
  expect(source.warnings).toEqual([]);
});
