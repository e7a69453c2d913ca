import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavBytes } from '../../../src/audio/wav-bytes.ts';
import { createWavFile } from '../../../src/client/recording/wav-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-wav-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const samples = (from: number, to: number): Int16Array =>
  Int16Array.from({ length: to - from }, (_, index) => from + index);

describe('a WAV file that grows', () => {
  it('[STR-15] is a valid file of what was added, at every moment', () => {
    const path = join(folder, 'growing.wav');
    const wav = createWavFile(path, 16_000);
    expect(readFileSync(path)).toEqual(wavBytes(new Int16Array(0), 16_000));
    for (let end = 100; end <= 400; end += 100) {
      wav.add(samples(end - 100, end));
      expect(readFileSync(path)).toEqual(wavBytes(samples(0, end), 16_000));
    }
    wav.close();
    expect(wav.fault).toBeUndefined();
    expect(readFileSync(path)).toEqual(wavBytes(samples(0, 400), 16_000));
  });

  it('[STR-16] tells a disk that is full and throws nothing', () => {
    const path = join(folder, 'full.wav');
    symlinkSync('/dev/full', path);
    const wav = createWavFile(path, 16_000);
    wav.add(samples(0, 100));
    wav.close();
    expect(wav.fault).toMatchObject({ code: 'disk_full', message: `No space is left for ${path}` });
  });

  it('[STR-16] is refused where there is no folder', () => {
    expect(() => createWavFile(join(folder, 'none', 'a.wav'), 16_000)).toThrow(
      expect.objectContaining({ code: 'file_unreadable' }),
    );
  });
});
