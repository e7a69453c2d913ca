/** WAV files of 16-bit mono samples. */
import { int16ToS16le } from './pcm.ts';

/** Bytes before the first sample. */
export const WAV_HEADER_BYTES = 44;

const PCM_TAG = 1;
const SAMPLE_BYTES = 2;
/** Where a longer file than its header can say stands still: 37 hours at 16 kHz. */
const MAX_DATA_BYTES = 0xffff_ffff - WAV_HEADER_BYTES;

/** A whole file. */
export function wavBytes(pcm: Int16Array, sampleRate: number): Uint8Array {
  const data = int16ToS16le(pcm);
  return Buffer.concat([wavHeader(data.length, sampleRate), data]);
}

/** The header of `dataBytes` of samples that follow it. */
export function wavHeader(dataBytes: number, sampleRate: number): Uint8Array {
  const length = Math.min(dataBytes, MAX_DATA_BYTES);
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM_TAG, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * SAMPLE_BYTES, 28);
  header.writeUInt16LE(SAMPLE_BYTES, 32);
  header.writeUInt16LE(8 * SAMPLE_BYTES, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(length, 40);
  return header;
}
