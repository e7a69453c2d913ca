import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteReader } from '../../src/audio/byte-reader.ts';
import { int16ToS16le } from '../../src/audio/pcm.ts';
import { openWav, type WavAudio } from '../../src/audio/wav.ts';
import { wavChunk, wavFile } from '../support/wav-writer.ts';

interface Decoded {
  readonly wav: WavAudio;
  readonly samples: readonly number[];
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function decode(
  file: Uint8Array,
  options: { pieceBytes?: number; totalBytes?: number } = {},
): Promise<Decoded> {
  const reader = createByteReader(pieces(file, options.pieceBytes ?? 4096));
  const wav = await openWav(reader, { totalBytes: options.totalBytes });
  const samples: number[] = [];
  for await (const frame of wav.frames) samples.push(...frame);
  return { wav, samples };
}

const FOUR = int16ToS16le(Int16Array.of(1, -2, 3000, -32_768));

describe('sample formats', () => {
  const floats = (width: 4 | 8): Buffer => {
    const buffer = Buffer.alloc(3 * width);
    [0.5, -1, 2].forEach((value, i) => {
      if (width === 4) buffer.writeFloatLE(value, i * 4);
      else buffer.writeDoubleLE(value, i * 8);
    });
    return buffer;
  };
  const s24 = Uint8Array.of(0, 0, 0x40, 0, 0, 0x80, 0xff, 0xff, 0x7f);
  const s32 = Uint8Array.of(0, 0, 0, 0x40, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0x7f);

  test.each([
    ['u8', { bits: 8, data: Uint8Array.of(192, 0, 128) }, [16_384, -32_768, 0]],
    ['s24', { bits: 24, data: s24 }, [16_384, -32_768, 32_767]],
    ['s32', { bits: 32, data: s32 }, [16_384, -32_768, 32_767]],
    ['f32', { tag: 3, bits: 32, data: floats(4) }, [16_384, -32_768, 32_767]],
    ['f64', { tag: 3, bits: 64, data: floats(8) }, [16_384, -32_768, 32_767]],
    ['alaw', { tag: 6, bits: 8, data: Uint8Array.of(0xd5, 0x2a) }, [8, -32_256]],
    ['mulaw', { tag: 7, bits: 8, data: Uint8Array.of(0xff, 0x00) }, [0, -32_124]],
  ] as const)('[AUD-4] %s is read, plain and extensible', async (encoding, parts, expected) => {
    for (const extensible of [false, true]) {
      const { wav, samples } = await decode(wavFile({ ...parts, extensible }));
      expect(samples).toEqual(expected);
      expect(wav).toMatchObject({ encoding, channels: 1, sampleRate: 16_000, warnings: [] });
    }
  });

  test('20 bits in 24-bit containers are read by the container', async () => {
    const { samples } = await decode(wavFile({ bits: 20, blockBytes: 3, data: s24 }));
    expect(samples).toEqual([16_384, -32_768, 32_767]);
  });

  test('[AUD-3] channels are averaged', async () => {
    const { wav, samples } = await decode(wavFile({ channels: 2, sampleRate: 44_100, data: FOUR }));
    expect(samples).toEqual([0, -14_884]);
    expect(wav).toMatchObject({ channels: 2, sampleRate: 44_100, dataBytes: 8, durationS: 2 / 44_100 });
  });
});

describe('[AUD-5] lengths are limits, not promises', () => {
  test.each([0, 0xffffffff, 0x7ffff000, 0x80000024])('length %i means: to the end', async (declaredBytes) => {
    const { wav, samples } = await decode(wavFile({ data: FOUR, declaredBytes }));
    expect(samples).toEqual([1, -2, 3000, -32_768]);
    expect(wav).toMatchObject({ dataBytes: undefined, durationS: undefined, warnings: [] });
  });

  test('[AUD-5] the length of the file stands in for an open one', async () => {
    const file = wavFile({ data: FOUR, declaredBytes: 0 });
    const { wav } = await decode(file, { totalBytes: file.length });
    expect(wav).toMatchObject({ dataBytes: 8, durationS: 4 / 16_000 });
  });

  test('[AUD-5] a file shorter than declared gives what there is and a warning', async () => {
    const file = wavFile({ data: FOUR, declaredBytes: 64_000 });
    const { wav, samples } = await decode(file, { totalBytes: file.length });
    expect(samples).toHaveLength(4);
    expect(wav.durationS).toBe(4 / 16_000);
    expect(wav.warnings).toEqual(['the WAV file is cut short: 0.00 s of the 2.00 s its header declares']);
  });

  test('[AUD-5] a file cut inside a sample gives the whole ones and a warning', async () => {
    const { wav, samples } = await decode(wavFile({ data: FOUR }).subarray(0, -1));
    expect(samples).toEqual([1, -2, 3000]);
    expect(wav.warnings).toContain('1 trailing bytes are not a whole sample');
  });

  test('[AUD-5] RF64 has its length in ds64', async () => {
    const { wav, samples } = await decode(
      wavFile({ data: FOUR, rf64: true, after: [wavChunk('LIST', FOUR)] }),
    );
    expect(samples).toHaveLength(4);
    expect(wav.dataBytes).toBe(8);
  });
});

describe('other chunks', () => {
  test.each([true, false])('an odd chunk is stepped over, padded: %s', async (padded) => {
    const before = [
      wavChunk('LIST', Uint8Array.of(1, 2, 3), { padded }),
      wavChunk('JUNK', new Uint8Array(100_000)),
    ];
    const { samples } = await decode(wavFile({ data: FOUR, before }));
    expect(samples).toHaveLength(4);
  });

  test('chunks behind the samples are not audio', async () => {
    const { samples, wav } = await decode(
      wavFile({ data: FOUR, after: [wavChunk('LIST', new Uint8Array(50))] }),
    );
    expect(samples).toHaveLength(4);
    expect(wav.warnings).toEqual([]);
  });
});

describe('refusals', () => {
  const whole = wavFile({ data: FOUR });
  test.each([
    ['cut in the RIFF header', whole.subarray(0, 7), 'the WAV header is cut short'],
    ['cut in the format', whole.subarray(0, 30), 'the WAV format is cut short'],
    ['without samples', whole.subarray(0, 36), 'the WAV file ends before its samples'],
    ['without a format', whole.subarray(0, 12), 'the WAV file ends before its format'],
    ['with no channels', wavFile({ channels: 0, data: FOUR }), 'the WAV file declares 0 channels'],
    ['at 0 Hz', wavFile({ sampleRate: 0, data: FOUR }), 'the WAV file declares a sample rate of 0'],
    [
      'with samples first',
      Buffer.concat([whole.subarray(0, 12), wavChunk('data', FOUR)]),
      'the WAV file has samples before their format',
    ],
    ['in MP3', wavFile({ tag: 0x55, data: FOUR }), "the WAV file's samples are compressed (format 0x0055)"],
  ])('a file %s is refused with the reason', async (_, file, message) => {
    const refused = decode(file);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_audio', message });
    await expect(refused).rejects.toHaveProperty('hint', expect.stringContaining('ffmpeg'));
  });
});

test('[AUD-1] the pieces a file arrives in do not matter', async () => {
  const data = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 0xff);
  const file = wavFile({ channels: 2, bits: 24, data, before: [wavChunk('LIST', Uint8Array.of(7))] });
  const { samples } = await decode(file);
  expect(samples).toHaveLength(50);
  for (const pieceBytes of [1, 2, 3, 5, 7, 43, 44, 45]) {
    expect((await decode(file, { pieceBytes })).samples).toEqual(samples);
  }
});

test('damaged headers are refused or read, never anything else', async () => {
  const file = wavFile({ data: FOUR, extensible: true, before: [wavChunk('LIST', Uint8Array.of(7))] });
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 90 }), fc.nat({ max: 255 }), async (at, value) => {
      const damaged = Uint8Array.from(file);
      damaged[12 + (at % (file.length - 12))] = value;
      const outcome = await decode(damaged).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'invalid_audio' });
      else expect(outcome).toHaveProperty('samples');
    }),
    { numRuns: 500 },
  );
});
