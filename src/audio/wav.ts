/**
 * Streams the samples of a WAV file as 16-bit mono at the file's own rate, block by block. The header is
 * read here (wav-header.ts), samples by wav-decoder where it knows their format (wav-samples.ts).
 */
import { RtError } from '../base/errors.ts';
import { createByteCarry } from './byte-carry.ts';
import type { ByteReader } from './byte-reader.ts';
import { alawToInt16, mulawToInt16 } from './g711.ts';
import { averageChannels, float32ToInt16 } from './pcm.ts';
import { readWavHeader, type WavEncoding, type WavHeader } from './wav-header.ts';
import { decodeWavSamples } from './wav-samples.ts';

export interface WavAudio {
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: WavEncoding;
  /** Bytes of samples there are to read, as far as header and file length tell. */
  readonly dataBytes: number | undefined;
  /** Length in seconds, where `dataBytes` is known. */
  readonly durationS: number | undefined;
  /** What is wrong with the file but does not stop it; complete once `frames` has ended. */
  readonly warnings: readonly string[];
  /** Mono samples; can be read once. */
  readonly frames: AsyncIterable<Int16Array>;
}

interface SampleReader {
  readonly bytes: number;
  readonly decode: (bytes: Uint8Array) => Int16Array;
}

const SAMPLE_READERS: Readonly<Record<WavEncoding, SampleReader>> = {
  u8: { bytes: 1, decode: (bytes) => Int16Array.from(bytes, (byte) => (byte - 128) * 256) },
  s16: { bytes: 2, decode: (bytes) => float32ToInt16(decodeWavSamples('s16', bytes)) },
  s24: { bytes: 3, decode: (bytes) => float32ToInt16(decodeWavSamples('s24', bytes)) },
  s32: { bytes: 4, decode: (bytes) => float32ToInt16(decodeWavSamples('s32', bytes)) },
  f32: { bytes: 4, decode: (bytes) => float32ToInt16(decodeWavSamples('f32', bytes)) },
  f64: { bytes: 8, decode: (bytes) => float32ToInt16(f64leToFloat32(bytes)) },
  alaw: { bytes: 1, decode: alawToInt16 },
  mulaw: { bytes: 1, decode: mulawToInt16 },
};

/**
 * Reads the header and prepares the samples. `totalBytes` is the length of the whole file where known.
 * Throws `invalid_audio` for damaged headers and for compressed samples.
 */
export async function openWav(
  reader: ByteReader,
  options: { readonly totalBytes?: number | undefined } = {},
): Promise<WavAudio> {
  const header = await readWavHeader(reader);
  const { encoding, sampleRate, channels } = header;
  if (!encoding) throw unsupported(header.tag);
  const warnings: string[] = [];
  const dataBytes = availableBytes(header, options.totalBytes);
  const frameBytes = SAMPLE_READERS[encoding].bytes * channels;
  const durationS = dataBytes === undefined ? undefined : Math.floor(dataBytes / frameBytes) / sampleRate;
  const frames = readFrames(reader, { ...header, encoding }, warnings);
  return { sampleRate, channels, encoding, dataBytes, durationS, warnings, frames };
}

function availableBytes(header: WavHeader, totalBytes: number | undefined): number | undefined {
  const inFile = totalBytes === undefined ? Infinity : Math.max(0, totalBytes - header.dataOffsetBytes);
  const bytes = Math.min(inFile, header.dataBytes ?? Infinity);
  return bytes === Infinity ? undefined : bytes;
}

async function* readFrames(
  reader: ByteReader,
  header: WavHeader & { readonly encoding: WavEncoding },
  warnings: string[],
): AsyncGenerator<Int16Array, void, undefined> {
  const { bytes, decode } = SAMPLE_READERS[header.encoding];
  const carry = createByteCarry(bytes * header.channels);
  let readBytes = 0;
  for await (const piece of reader.rest(header.dataBytes)) {
    readBytes += piece.length;
    const frames = carry.push(piece);
    if (frames.length > 0) yield averageChannels(decode(frames), header.channels);
  }
  if (header.dataBytes !== undefined && readBytes < header.dataBytes) {
    const bytesPerSecond = bytes * header.channels * header.sampleRate;
    const [has, promised] = [readBytes, header.dataBytes].map((n) => (n / bytesPerSecond).toFixed(2));
    warnings.push(`the WAV file is cut short: ${has} s of the ${promised} s its header declares`);
  }
  if (carry.leftoverBytes > 0) warnings.push(`${carry.leftoverBytes} trailing bytes are not a whole sample`);
}

function f64leToFloat32(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
}

function unsupported(tag: number): RtError {
  const name = `0x${tag.toString(16).padStart(4, '0')}`;
  return new RtError('invalid_audio', `the WAV file's samples are compressed (format ${name})`, {
    hint: 'convert it: ffmpeg -i FILE -ar 16000 -ac 1 converted.wav',
  });
}
