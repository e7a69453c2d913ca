/** A whole WAV file of 16-bit mono samples. */
import { int16ToS16le } from './pcm.ts';

const HEADER_BYTES = 44;
const PCM_TAG = 1;
const SAMPLE_BYTES = 2;

export function wavBytes(pcm: Int16Array, sampleRate: number): Uint8Array {
  const data = int16ToS16le(pcm);
  const file = Buffer.alloc(HEADER_BYTES);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + data.length, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM_TAG, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * SAMPLE_BYTES, 28);
  file.writeUInt16LE(SAMPLE_BYTES, 32);
  file.writeUInt16LE(8 * SAMPLE_BYTES, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(data.length, 40);
  return Buffer.concat([file, data]);
}
