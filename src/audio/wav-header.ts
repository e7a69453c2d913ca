/**
 * The chunks of a WAV file up to its samples: RIFF, RF64 and BW64 (EBU Tech 3306), with
 * WAVE_FORMAT_EXTENSIBLE (Microsoft, "Multiple channel audio data and WAVE files").
 *
 * Believes lengths only as far as they help: recorders that cannot seek back leave 0 or a huge value,
 * so a length is a limit on reading, never a promise. Refuses what has no format or no samples.
 */
import { RtError } from '../base/errors.ts';
import type { ByteReader } from './byte-reader.ts';

export type WavEncoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw';

export interface WavFormat {
  readonly sampleRate: number;
  readonly channels: number;
  /** Undefined when the samples are compressed in a way only a full decoder reads. */
  readonly encoding: WavEncoding | undefined;
  /** The format's number in the file (1 is PCM), for messages. */
  readonly tag: number;
}

export interface WavHeader extends WavFormat {
  /** Bytes of samples as declared; undefined when the writer left the length open. */
  readonly dataBytes: number | undefined;
  /** Where the samples begin, from the start of the file. */
  readonly dataOffsetBytes: number;
}

const TAG_EXTENSIBLE = 0xfffe;
/** Bytes 2 to 16 of the GUIDs that only wrap a plain format number. */
const GUID_TAIL = '000000001000800000aa00389b71';
const ENCODINGS: Readonly<Record<string, WavEncoding>> = {
  '1/1': 'u8',
  '1/2': 's16',
  '1/3': 's24',
  '1/4': 's32',
  '3/4': 'f32',
  '3/8': 'f64',
  '6/1': 'alaw',
  '7/1': 'mulaw',
};
/** sox and arecord write about 2 GiB, ffmpeg 0xFFFFFFFF, when their output cannot seek. */
const OPEN_LENGTH_BYTES = 0x7fff_f000;
const MAX_FORMAT_BYTES = 4096;
const MAX_CHANNELS = 64;

/** Reads up to the first sample, which `reader` returns next; throws `invalid_audio`. */
export async function readWavHeader(reader: ByteReader): Promise<WavHeader> {
  const riff = viewOf(await reader.take(12));
  if (riff.byteLength < 12) throw invalid('the WAV header is cut short');
  let offsetBytes = 12;
  let format: WavFormat | undefined;
  let longDataBytes: number | undefined;

  for (;;) {
    const head = viewOf(await reader.take(8));
    if (head.byteLength < 8) throw invalid(`the WAV file ends before its ${format ? 'samples' : 'format'}`);
    const id = chunkId(head);
    const length = head.getUint32(4, true);
    offsetBytes += 8;

    if (id === 'data') {
      if (!format) throw invalid('the WAV file has samples before their format');
      return { ...format, dataBytes: declaredBytes(length, longDataBytes), dataOffsetBytes: offsetBytes };
    }
    if (id === 'fmt ' || id === 'ds64') {
      const body = viewOf(await reader.take(Math.min(length, MAX_FORMAT_BYTES)));
      if (id === 'fmt ') format = parseFormat(body);
      else if (body.byteLength >= 16) longDataBytes = Number(body.getBigUint64(8, true));
      offsetBytes += body.byteLength + (await reader.skip(length - body.byteLength));
    } else {
      offsetBytes += await reader.skip(length);
    }
    offsetBytes += await skipPadding(reader, length);
  }
}

function declaredBytes(length: number, longDataBytes: number | undefined): number | undefined {
  if (length === 0xffff_ffff && longDataBytes) return longDataBytes;
  return length === 0 || length >= OPEN_LENGTH_BYTES ? undefined : length;
}

/** Odd chunks are padded to even length, but some writers forget: an id never begins with zero. */
async function skipPadding(reader: ByteReader, length: number): Promise<number> {
  if (length % 2 === 0) return 0;
  const [next] = await reader.peek(1);
  return next === 0 ? reader.skip(1) : 0;
}

function parseFormat(body: DataView): WavFormat {
  if (body.byteLength < 16) throw invalid('the WAV format is cut short');
  const channels = body.getUint16(2, true);
  const sampleRate = body.getUint32(4, true);
  if (channels < 1 || channels > MAX_CHANNELS) throw invalid(`the WAV file declares ${channels} channels`);
  if (sampleRate === 0) throw invalid('the WAV file declares a sample rate of 0');

  const blockBytes = body.getUint16(12, true);
  const bits = body.getUint16(14, true);
  // The block says how wide samples lie in the file; the bits may be fewer (20 in 24), or all there is.
  const width = blockBytes > 0 && blockBytes % channels === 0 ? blockBytes / channels : Math.ceil(bits / 8);
  const tag = formatTag(body);
  return { sampleRate, channels, tag, encoding: ENCODINGS[`${tag}/${width}`] };
}

function formatTag(body: DataView): number {
  const tag = body.getUint16(0, true);
  if (tag !== TAG_EXTENSIBLE || body.byteLength < 40) return tag;
  const tail = Buffer.from(body.buffer, body.byteOffset + 26, 14).toString('hex');
  return tail === GUID_TAIL ? body.getUint16(24, true) : tag;
}

function chunkId(head: DataView): string {
  return Buffer.from(head.buffer, head.byteOffset, 4).toString('latin1');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(message: string): RtError {
  return new RtError('invalid_audio', message, {
    hint: 'the file may be damaged; play it, or convert it: ffmpeg -i FILE -ar 16000 -ac 1 fixed.wav',
  });
}
