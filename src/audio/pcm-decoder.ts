/** Turns the bytes of a raw stream, split anywhere, into 16-bit mono samples. */
import { createByteCarry } from './byte-carry.ts';
import { alawToInt16, mulawToInt16 } from './g711.ts';
import { averageChannels, f32leToFloat32, float32ToInt16, s16leToInt16 } from './pcm.ts';

/** Encodings without a container whose samples stand alone. */
export type PcmEncoding = 'pcm_s16le' | 'pcm_f32le' | 'mulaw' | 'alaw';

export interface PcmDecoder {
  /** Mono samples at the stream's own rate; empty while no whole frame has arrived. */
  push(bytes: Uint8Array): Int16Array;
  /** Bytes of an incomplete last frame; not zero at the end means the stream was cut. */
  readonly leftoverBytes: number;
}

interface SampleFormat {
  readonly bytes: number;
  readonly decode: (bytes: Uint8Array) => Int16Array;
}

const FORMATS: Readonly<Record<PcmEncoding, SampleFormat>> = {
  pcm_s16le: { bytes: 2, decode: s16leToInt16 },
  pcm_f32le: { bytes: 4, decode: (bytes) => float32ToInt16(f32leToFloat32(bytes)) },
  mulaw: { bytes: 1, decode: mulawToInt16 },
  alaw: { bytes: 1, decode: alawToInt16 },
};

/** True for the names of encodings a `PcmDecoder` reads. */
export function isPcmEncoding(name: string): name is PcmEncoding {
  return Object.hasOwn(FORMATS, name);
}

/** Bytes of one sample of one channel. */
export function bytesPerSample(encoding: PcmEncoding): number {
  return FORMATS[encoding].bytes;
}

/** Opens a decoder; interleaved channels are averaged. */
export function createPcmDecoder(options: {
  readonly encoding: PcmEncoding;
  readonly channels: number;
}): PcmDecoder {
  const format = FORMATS[options.encoding];
  const carry = createByteCarry(format.bytes * options.channels);
  return {
    push: (bytes) => averageChannels(format.decode(carry.push(bytes)), options.channels),
    get leftoverBytes() {
      return carry.leftoverBytes;
    },
  };
}
