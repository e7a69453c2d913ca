import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CLIP, readClips } from '../../src/bench/clips.ts';
import { wavFile } from '../support/wav-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-clips-'));
  writeFileSync(join(folder, 'b.wav'), wavFile({ data: new Uint8Array(3200) }));
  writeFileSync(join(folder, 'a.wav'), wavFile({ data: new Uint8Array(6400) }));
  writeFileSync(join(folder, 'empty.pcm'), '');
  writeFileSync(join(folder, 'broken.jsonl'), '{"file":"a.wav"}\n\n{"name":"b.wav"}\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('clips', () => {
  it('of the demo come with what is said in it', async () => {
    const [clip] = await readClips([DEMO_CLIP]);
    expect(clip?.text).toMatch(/^good morning/);
    expect((clip?.samples.length ?? 0) / 16_000).toBeCloseTo(12.078, 2);
  });

  it('of a folder are its audio files, and without a manifest nobody knows what they say', async () => {
    rmSync(join(folder, 'empty.pcm'));
    const clips = await readClips([folder]);
    expect(clips.map(({ name, text, samples }) => [name, text, samples.length])).toEqual([
      ['a.wav', undefined, 3200],
      ['b.wav', undefined, 1600],
    ]);
  });

  it('of a manifest are those it names, from any number of places', async () => {
    const manifest = join(folder, 'set.jsonl');
    writeFileSync(manifest, '{"file":"b.wav","text":"hello"}\n{"file":"a.wav"}\n');
    const clips = await readClips([manifest, join(folder, 'a.wav')]);
    expect(clips.map(({ name, text }) => [name, text])).toEqual([
      ['b.wav', 'hello'],
      ['a.wav', undefined],
      ['a.wav', undefined],
    ]);
  });

  it('[BEN-34] say when their words are spoken where the manifest does', async () => {
    const manifest = join(folder, 'timed.jsonl');
    const words = [
      { word: 'one', start: 0.01, end: 0.04 },
      { word: 'two', start: 0.05, end: 0.1 },
    ];
    writeFileSync(manifest, `${JSON.stringify({ file: 'b.wav', words })}\n`);
    const [clip] = await readClips([manifest]);
    expect(clip?.text).toBe('one two');
    expect(clip?.words).toEqual([
      { word: 'one', startSample: 160, endSample: 640 },
      { word: 'two', startSample: 800, endSample: 1600 },
    ]);
  });

  it('[BEN-34] are read as aligners write them: words named w, and some of no length', async () => {
    const manifest = join(folder, 'aligned.jsonl');
    const words = [
      { w: 'one', start: 0.01, end: 0.04 },
      { w: 'two', start: 0.04, end: 0.04 },
    ];
    writeFileSync(manifest, `${JSON.stringify({ file: 'b.wav', words })}\n`);
    const [clip] = await readClips([manifest]);
    expect(clip?.words).toEqual([
      { word: 'one', startSample: 160, endSample: 640 },
      { word: 'two', startSample: 640, endSample: 640 },
    ]);
  });

  it.each([
    ['in another order', [0.05, 0.06, 0.01, 0.02], /is not a line of a manifest/],
    ['that end before they start', [0.02, 0.01], /is not a line of a manifest/],
    ['that are no numbers', ['0', '1'], /is not a line of a manifest/],
    ['behind the end of the audio', [0.05, 0.11], /words behind the end of its audio/],
  ])('[BEN-34] are refused with words %s', async (_title, times, message) => {
    const words = times.flatMap((start, index) =>
      index % 2 === 0 ? [{ word: 'one', start, end: times[index + 1] }] : [],
    );
    const manifest = join(folder, 'untimed.jsonl');
    writeFileSync(manifest, `${JSON.stringify({ file: 'b.wav', words })}\n`);
    await expect(readClips([manifest])).rejects.toThrow(message);
  });

  it.each([
    ['nothing.wav', /cannot read .*nothing\.wav/],
    ['nothing.jsonl', /cannot read .*nothing\.jsonl/],
    ['broken.jsonl', /broken\.jsonl:3 is not a line of a manifest/],
  ])('are refused of %s', async (name, message) => {
    await expect(readClips([join(folder, name)])).rejects.toThrow(message);
  });
});
