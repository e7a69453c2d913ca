/** Clips and float files of the Whisper fixtures (scripts/fixtures/whisper makes them). */
import { readFileSync } from 'node:fs';

export const WHISPER_TINY = 'fixtures/models/whisper-tiny-random';
export const WHISPER_TINY_EN = 'fixtures/models/whisper-tiny-random.en';

/** Samples of a 16-bit mono WAV file of fixtures/audio, in [-1, 1). */
export function clipSamples(name: string): Float32Array {
  const file = readFileSync(`fixtures/audio/${name}`);
  const data = file.indexOf('data') + 8;
  const bytes = file.readUInt32LE(data - 4);
  return Float32Array.from({ length: bytes / 2 }, (_, i) => file.readInt16LE(data + 2 * i) / 32_768);
}

export function float32File(path: string): Float32Array {
  const file = readFileSync(path);
  return new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
}
