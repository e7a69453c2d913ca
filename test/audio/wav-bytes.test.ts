import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteReader } from '../../src/audio/byte-reader.ts';
import { openWav } from '../../src/audio/wav.ts';
import { wavBytes } from '../../src/audio/wav-bytes.ts';

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

it('what is written is read back, sample by sample and with its rate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.int16Array({ minLength: 1 }),
      fc.constantFrom(8000, 16_000, 48_000),
      async (pcm, rate) => {
        const file = wavBytes(pcm, rate);
        const wav = await openWav(createByteReader(whole(file)), { totalBytes: file.length });
        const samples: number[] = [];
        for await (const frame of wav.frames) samples.push(...frame);
        expect(wav).toMatchObject({ sampleRate: rate, channels: 1, encoding: 's16', warnings: [] });
        expect(samples).toEqual([...pcm]);
      },
    ),
    { seed: 17, numRuns: 50 },
  );
});
