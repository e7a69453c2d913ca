import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createByteReader } from '../../src/audio/byte-reader.ts';
import { sniffContainer, sniffFormat } from '../../src/audio/formats.ts';
import { int16ToS16le } from '../../src/audio/pcm.ts';
import { openAudioSource } from '../../src/audio/source.ts';
import { readWavHeader } from '../../src/audio/wav-header.ts';

interface Clip {
  readonly file: string;
  readonly sample_rate: number;
  readonly channels: number;
  readonly encoding: string;
  readonly container: string;
  readonly duration_s: number;
  readonly frames: number;
}

const folder = process.env['RT_TEST_AUDIO'] ?? '';
const clips = readFileSync(join(folder, 'manifest.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Clip);
const ENCODINGS: Readonly<Record<string, string>> = {
  pcm_u8: 'u8',
  pcm_s16le: 's16',
  pcm_s24le: 's24',
  pcm_s32le: 's32',
};

async function readAll(file: string, native = false): Promise<Int16Array> {
  const source = await openAudioSource(join(folder, file), { native });
  const parts: Buffer[] = [];
  for await (const frame of source.frames) parts.push(Buffer.from(int16ToS16le(frame)));
  const bytes = Buffer.concat(parts);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Power of the difference relative to the power of `a`, in decibels. */
function differenceDb(a: Int16Array, b: Int16Array): number {
  const power = (samples: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
    return sum;
  };
  const difference = Float64Array.from(
    { length: Math.min(a.length, b.length) },
    (_, i) => (a[i] ?? 0) - (b[i] ?? 0),
  );
  return 10 * Math.log10(power(difference) / power(a));
}

describe.each(clips)('$file', (clip) => {
  test('[AUD-4] is recognised and has the declared format and length', async () => {
    const path = join(folder, clip.file);
    expect(sniffFormat(readFileSync(path).subarray(0, 4096)).name).toBe(clip.container);
    if (clip.container !== 'wav') return;
    const header = await readWavHeader(createByteReader(createReadStream(path)));
    expect(header).toMatchObject({
      sampleRate: clip.sample_rate,
      channels: clip.channels,
      encoding: ENCODINGS[clip.encoding],
    });
    expect(await readAll(clip.file, true)).toHaveLength(clip.frames);
    expect(header.dataOffsetBytes + (header.dataBytes ?? NaN)).toBeLessThanOrEqual(statSync(path).size);
  });

  test('[AUD-7] lasts at 16 kHz as long as it should', async () => {
    const samples = await readAll(clip.file);
    expect(Math.abs(samples.length - (clip.frames * 16_000) / clip.sample_rate)).toBeLessThanOrEqual(1);
  });
});

describe('one recording in seven forms', () => {
  const forms = clips.filter(({ file }) => file.startsWith('one-two-three/')).map(({ file }) => file);

  test('all seven are there', () => {
    expect(forms).toHaveLength(7);
  });

  test.each(forms)('[AUD-14] %s gives the same audio', async (file) => {
    const reference = await readAll('one-two-three/mono-s16-44k1.wav');
    const samples = await readAll(file);
    expect(samples).toHaveLength(reference.length);
    // 8 bits leave their own noise; ffmpeg's filter has another edge below 8 kHz than ours.
    expect(differenceDb(reference, samples)).toBeLessThan(file.includes('u8') ? -20 : -35);
  });
});

test('[AUD-12] no part of real speech is taken for a container', () => {
  const speech = clips.filter(({ encoding }) => encoding === 'pcm_s16le');
  for (const { file } of speech.filter((_, i) => i % 6 === 0)) {
    const bytes = readFileSync(join(folder, file)).subarray(64);
    for (let at = 0; at < bytes.length; at += 2) {
      const found = sniffContainer(bytes.subarray(at, at + 4096));
      if (found) expect.fail(`${found.name} at byte ${at} of ${file}`);
    }
  }
});
