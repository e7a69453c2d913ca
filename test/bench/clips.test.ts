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

  it.each([
    ['nothing.wav', /cannot read .*nothing\.wav/],
    ['nothing.jsonl', /cannot read .*nothing\.jsonl/],
    ['broken.jsonl', /broken\.jsonl:3 is not a line of a manifest/],
  ])('are refused of %s', async (name, message) => {
    await expect(readClips([join(folder, name)])).rejects.toThrow(message);
  });
});
