/** Sample conversions between byte strings, 16-bit integers and floats in [-1, 1). */

const FULL_SCALE = 32_768;
const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reads little-endian 16-bit samples; a trailing odd byte is not looked at (see byte-carry.ts). */
export function s16leToInt16(bytes: Uint8Array): Int16Array {
  const count = bytes.byteLength >> 1;
  if (LITTLE_ENDIAN_HOST) {
    // Copied, because a view would need even offsets; by set(), because slice() of a Buffer is a view.
    const samples = new Int16Array(count);
    new Uint8Array(samples.buffer).set(bytes.subarray(0, count * 2));
    return samples;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: count }, (_, i) => view.getInt16(i * 2, true));
}

/** Writes little-endian 16-bit samples into bytes of their own. */
export function int16ToS16le(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) view.setInt16(i * 2, samples[i]!, true);
  return bytes;
}

/** Reads little-endian 32-bit floats; up to three trailing bytes are not looked at. */
export function f32leToFloat32(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.byteLength >> 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getFloat32(i * 4, true);
  return samples;
}

/** Writes little-endian 32-bit floats into bytes of their own. */
export function float32ToF32le(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) view.setFloat32(i * 4, samples[i]!, true);
  return bytes;
}

/** Scales 16-bit samples to [-1, 1); exactly undone by `float32ToInt16`. */
export function int16ToFloat32(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) floats[i] = samples[i]! / FULL_SCALE;
  return floats;
}

/** Rounds floats to 16 bits; what lies outside [-1, 1) is clipped and NaN becomes silence. */
export function float32ToInt16(samples: Float32Array): Int16Array {
  const ints = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) ints[i] = clipToInt16(samples[i]! * FULL_SCALE);
  return ints;
}

/** Averages interleaved channels into one; an incomplete last frame is not looked at. */
export function averageChannels(interleaved: Int16Array, channels: number): Int16Array {
  if (channels === 1) return interleaved;
  const mono = new Int16Array(Math.floor(interleaved.length / channels));
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += interleaved[i * channels + channel]!;
    mono[i] = Math.round(sum / channels);
  }
  return mono;
}

function clipToInt16(value: number): number {
  // Typed arrays turn NaN into 0, so only the two ends need care.
  return Math.min(FULL_SCALE - 1, Math.max(-FULL_SCALE, Math.round(value)));
}
