import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sniffContainer, sniffFormat } from '../../src/audio/formats.ts';
import { int16ToS16le } from '../../src/audio/pcm.ts';
import { wavFile } from '../support/wav-writer.ts';

/** Text, with `\xNN` for bytes, padded with zeros as files go on. */
function head(text: string): Uint8Array {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(100)]);
}

/** `count` MPEG 1 layer III frames of 128 kbit/s at 44.1 kHz, 417 bytes each. */
function mp3Frames(count: number): Uint8Array {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0xc4]);
  return Buffer.concat(Array.from({ length: count }, () => frame));
}

const CONTAINERS = [
  ['wav', wavFile({ data: new Uint8Array(4) })],
  ['wav', wavFile({ data: new Uint8Array(4), rf64: true })],
  ['mp3', head('ID3\x03\x00\x00\x00\x00\x0fv')],
  ['mp3', mp3Frames(3)],
  ['ogg', head('OggS\x00\x02')],
  ['flac', head('fLaC\x00\x00\x00\x22')],
  ['flac', head('fLaC\x80\x00\x00\x22')],
  ['aiff', head('FORM\x00\x00\x10\x00AIFFCOMM')],
  ['aiff', head('FORM\x00\x00\x10\x00AIFCFVER')],
  ['webm', head('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
  ['mp4', head('\x00\x00\x00\x20ftypM4A ')],
  ['amr', head('#!AMR\n')],
  ['amr', head('#!AMR-WB\n')],
  ['caf', head('caff\x00\x01\x00\x00desc')],
  ['au', head('.snd\x00\x00\x00\x18')],
  ['png', head('\x89PNG\r\n\x1a\n')],
  ['jpeg', head('\xff\xd8\xff\xe0\x00\x10JFIF')],
  ['gif', head('GIF89a')],
  ['pdf', head('%PDF-1.7')],
  ['zip', head('PK\x03\x04\x14\x00')],
] as const;

test.each(CONTAINERS)('[AUD-11] %s is recognised, in files and at the head of streams', (name, bytes) => {
  expect(sniffFormat(bytes).name).toBe(name);
  expect(sniffContainer(bytes)?.name).toBe(name);
});

test.each([
  ['', 'empty'],
  ['{"type":"end"}\n', 'text'],
  ['Grüße, 世界', 'text'],
  ['\x00\x01\x02', 'unknown'],
])('the content %j is %s', (content, name) => {
  expect(sniffFormat(Buffer.from(content)).name).toBe(name);
});

test('text whose last character is cut is still text', () => {
  expect(sniffFormat(Buffer.from('für 世').subarray(0, -1)).name).toBe('text');
});

describe('[AUD-12] raw samples are never taken for a container', () => {
  test.each([
    ['one MP3 header alone', mp3Frames(1)],
    [
      'two MP3 headers of different streams',
      Buffer.concat([mp3Frames(1), Uint8Array.of(0xff, 0xfb, 0x94, 0xc4)]),
    ],
    ['two frames and then none', Buffer.concat([mp3Frames(2), new Uint8Array(2000)])],
    ['ID3 with an impossible version', head('ID3\x09\x00\x00\x00\x00\x0fv')],
    ['RIFF that is not WAVE', head('RIFF\x00\x00\x00\x00AVI ')],
    ['an EBML number without a document type', head('\x1a\x45\xdf\xa3')],
    ['two bytes of a JPEG', head('\xff\xd8\xff\x01')],
    ['nothing', new Uint8Array(0)],
  ])('[AUD-12] %s', (_, bytes) => {
    expect(sniffContainer(bytes)).toBeUndefined();
  });

  test('[AUD-12] constant samples of every value', () => {
    for (let value = -32_768; value < 32_768; value += 1) {
      const bytes = int16ToS16le(new Int16Array(64).fill(value));
      expect(sniffContainer(bytes)).toBeUndefined();
    }
  });

  test('[AUD-12] tones that repeat at every frame length', () => {
    const tone = fc.record({
      period: fc.integer({ min: 2, max: 800 }),
      seed: fc.int16Array({ minLength: 2, maxLength: 2 }),
    });
    fc.assert(
      fc.property(tone, ({ period, seed }) => {
        const samples = Int16Array.from(
          { length: 2048 },
          (_, i) => seed[i % period < period / 2 ? 0 : 1] ?? 0,
        );
        expect(sniffContainer(int16ToS16le(samples))).toBeUndefined();
      }),
    );
  });
});

test('the hint for a WAV header names the rate to declare', () => {
  const bytes = wavFile({ data: new Uint8Array(4), sampleRate: 48_000, channels: 2 });
  expect(sniffContainer(bytes)?.hint).toBe(
    'send the samples without the WAV header and declare sample_rate=48000&channels=2',
  );
});
