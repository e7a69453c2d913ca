/**
 * Samples of a WAV file by the library wav-decoder. It takes whole files, so each block of a stream gets
 * the plain header it expects; what it does not know (companding, 64-bit floats, extensible headers), and
 * 8-bit samples, whose halves it scales differently, never come here.
 */
import { createRequire } from 'node:module';

/** The formats wav-decoder is asked for. */
export type WavDecoderFormat = 's16' | 's24' | 's32' | 'f32';

interface WavDecoder {
  readonly decode: {
    sync(
      file: ArrayBuffer,
      options: { readonly symmetric: boolean },
    ): { readonly channelData: readonly Float32Array[] };
  };
}

const HEADER_BYTES = 44;
const PCM = 1;
const IEEE_FLOAT = 3;

const SAMPLE_BYTES: Readonly<Record<WavDecoderFormat, number>> = { s16: 2, s24: 3, s32: 4, f32: 4 };

let library: WavDecoder | undefined;

/** Whole samples of one channel, or of interleaved channels taken as one, in [-1, 1]. */
export function decodeWavSamples(format: WavDecoderFormat, bytes: Uint8Array): Float32Array {
  library ??= createRequire(import.meta.url)('wav-decoder') as WavDecoder;
  const file = wrap(format, bytes);
  if (format === 's24') raiseLowestSamples(file);
  // Symmetric: -32768 and 32767 are divided by the same number, so 16-bit samples come back exactly.
  const { channelData } = library.decode.sync(file, { symmetric: true });
  return channelData[0] ?? new Float32Array(0);
}

function wrap(format: WavDecoderFormat, bytes: Uint8Array): ArrayBuffer {
  const file = new ArrayBuffer(HEADER_BYTES + bytes.length);
  const view = new DataView(file);
  const sampleBytes = SAMPLE_BYTES[format];
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + bytes.length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format === 'f32' ? IEEE_FLOAT : PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 16_000, true);
  view.setUint32(28, 16_000 * sampleBytes, true);
  view.setUint16(32, sampleBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  text(36, 'data');
  view.setUint32(40, bytes.length, true);
  new Uint8Array(file, HEADER_BYTES).set(bytes);
  return file;
}

/** wav-decoder 1.3.0 reads -8388608 as +1, which clipped recordings are full of: one step up reads right. */
function raiseLowestSamples(file: ArrayBuffer): void {
  const samples = new Uint8Array(file, HEADER_BYTES);
  for (let i = 0; i < samples.length; i += 3) {
    if (samples[i] === 0 && samples[i + 1] === 0 && samples[i + 2] === 0x80) samples[i] = 1;
  }
}
