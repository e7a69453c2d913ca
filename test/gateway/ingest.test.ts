import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openIngest } from '../../src/gateway/ingest.ts';
import type { StreamQuery } from '../../src/protocol/query.ts';

type Format = Pick<StreamQuery, 'encoding' | 'sampleRate' | 'channels'>;

const PLAIN: Format = { encoding: 'pcm_s16le', sampleRate: 16_000, channels: 1 };
const BYTES_PER_SAMPLE = { pcm_s16le: 2, pcm_f32le: 4, mulaw: 1, alaw: 1 } as const;

/** Half a second of a 300 Hz tone in `format`, both channels alike. */
function tone(format: Format): Uint8Array {
  const frames = format.sampleRate / 2;
  const width = BYTES_PER_SAMPLE[format.encoding as keyof typeof BYTES_PER_SAMPLE];
  const bytes = Buffer.alloc(frames * format.channels * width);
  for (let frame = 0; frame < frames; frame++) {
    const value = Math.sin((2 * Math.PI * 300 * frame) / format.sampleRate) / 2;
    for (let channel = 0; channel < format.channels; channel++) {
      const at = (frame * format.channels + channel) * width;
      if (width === 4) bytes.writeFloatLE(value, at);
      else if (width === 2) bytes.writeInt16LE(Math.round(value * 32_767), at);
      // Not a tone, but bytes that all decode.
      else bytes.writeUInt8((frame * 7) & 0xff, at);
    }
  }
  return bytes;
}

/** What the worker gets for `audio` cut into pieces of these sizes, over and over. */
async function carry(format: Format, audio: Uint8Array, sizes: readonly number[] = [audio.length]) {
  const ingest = await openIngest(format);
  const parts: Uint8Array[] = [];
  for (let at = 0, index = 0; at < audio.length; index++) {
    const size = sizes[index % sizes.length] ?? audio.length;
    parts.push(ingest.push(audio.subarray(at, at + size)));
    at += size;
  }
  parts.push(ingest.end());
  const { frames, samples, leftoverBytes } = ingest;
  ingest.close();
  return { bytes: Buffer.concat(parts), frames, samples, leftoverBytes };
}

const FORMATS: readonly Format[] = [
  PLAIN,
  { ...PLAIN, sampleRate: 8000 },
  { ...PLAIN, sampleRate: 44_100 },
  { ...PLAIN, sampleRate: 48_000 },
  { ...PLAIN, channels: 2 },
  { encoding: 'pcm_f32le', sampleRate: 16_000, channels: 1 },
  { encoding: 'pcm_f32le', sampleRate: 48_000, channels: 2 },
  { encoding: 'mulaw', sampleRate: 8000, channels: 1 },
  { encoding: 'alaw', sampleRate: 8000, channels: 1 },
];
const nameOf = ({ encoding, sampleRate, channels }: Format): string =>
  `${encoding} ${sampleRate} Hz × ${channels}`;

describe('audio on its way to the worker', () => {
  it.each(FORMATS.map((format) => [nameOf(format), format] as const))(
    '[SES-10] %s is the same however it is cut',
    async (_name, format) => {
      const audio = tone(format);
      const whole = await carry(format, audio);
      const sizes = fc.array(fc.integer({ min: 1, max: 4001 }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(sizes, async (cut) => {
          const pieces = await carry(format, audio, cut);
          expect(pieces.bytes.equals(whole.bytes)).toBe(true);
          expect([pieces.frames, pieces.samples]).toEqual([whole.frames, whole.samples]);
        }),
        { numRuns: 15 },
      );
    },
  );

  it.each(FORMATS.map((format) => [nameOf(format), format] as const))(
    '[SES-11] %s counts frames at the rate of the client and hands on as much time at 16 kHz',
    async (_name, format) => {
      const { frames, samples, bytes } = await carry(format, tone(format));
      expect(frames).toBe(format.sampleRate / 2);
      expect(bytes.length).toBe(samples * 2);
      expect(Math.abs(samples - 8000)).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    [{ ...PLAIN, sampleRate: 8000 }],
    [{ ...PLAIN, sampleRate: 44_100 }],
    [{ encoding: 'pcm_f32le', sampleRate: 48_000, channels: 2 } satisfies Format],
  ])('keeps a tone a tone: %o', async (format) => {
    const { bytes } = await carry(format, tone(format));
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2).subarray(800, 7200);
    const crossings = samples.reduce(
      (sum, value, index) => sum + Number(index > 0 && samples[index - 1]! < 0 && value >= 0),
      0,
    );
    expect(crossings).toBeGreaterThanOrEqual(119);
    expect(crossings).toBeLessThanOrEqual(121);
    expect(Math.max(...samples)).toBeGreaterThan(15_500);
    expect(Math.max(...samples)).toBeLessThan(17_500);
  });

  it('[SES-10] hands on what is in the form of the link byte for byte', async () => {
    const audio = tone(PLAIN);
    const { bytes } = await carry(PLAIN, audio, [3201]);
    expect(bytes.equals(audio)).toBe(true);
  });

  it('averages the channels', async () => {
    const frame = Buffer.alloc(4);
    frame.writeInt16LE(1000, 0);
    frame.writeInt16LE(3000, 2);
    const { bytes, frames } = await carry({ ...PLAIN, channels: 2 }, frame);
    expect([bytes.readInt16LE(0), frames]).toEqual([2000, 1]);
  });

  it('[SES-12] knows what is left of a sample', async () => {
    expect((await carry(PLAIN, new Uint8Array(3201))).leftoverBytes).toBe(1);
    expect((await carry({ ...PLAIN, channels: 2 }, new Uint8Array(7))).leftoverBytes).toBe(3);
    expect((await carry(PLAIN, new Uint8Array(3200))).leftoverBytes).toBe(0);
  });

  it.each([
    ['WAV', Buffer.concat([Buffer.from('RIFF\x24\x10\0\0WAVEfmt '), Buffer.alloc(40)]), 'wav'],
    ['Ogg', Buffer.concat([Buffer.from('OggS\0\x02'), Buffer.alloc(60)]), 'ogg'],
    ['MP3 with a tag', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x10'), Buffer.alloc(60)]), 'mp3'],
    ['PNG', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(60)]), 'png'],
  ])('[SES-13] refuses %s, in one piece and byte by byte', async (_title, head, name) => {
    for (const sizes of [[head.length], [1]]) {
      await expect(carry(PLAIN, head, sizes)).rejects.toMatchObject({
        code: 'invalid_audio',
        message: expect.stringContaining(name),
        hint: expect.stringMatching(/\w/),
      });
    }
  });

  it('[SES-13] looks at the beginning alone', async () => {
    const audio = Buffer.concat([tone(PLAIN), Buffer.from('RIFF\x24\x10\0\0WAVEfmt ')]);
    expect((await carry(PLAIN, audio)).frames).toBe(audio.length / 2);
  });

  it.each(['opus', 'ogg_opus'] as const)('refuses %s by name', async (encoding) => {
    await expect(openIngest({ ...PLAIN, encoding })).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringContaining(encoding),
    });
  });

  it('may be ended and closed in any order, more than once', async () => {
    const ingest = await openIngest({ ...PLAIN, sampleRate: 48_000 });
    ingest.push(new Uint8Array(960));
    ingest.end();
    expect(ingest.end()).toHaveLength(0);
    ingest.close();
    ingest.close();
    expect(ingest.end()).toHaveLength(0);
  });
});
