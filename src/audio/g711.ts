/** G.711 telephone companding, decoded by tables computed once from ITU-T G.711 (11/88) §2. */

const MULAW: Int16Array = Int16Array.from({ length: 256 }, (_, code) => expandMulaw(code));
const ALAW: Int16Array = Int16Array.from({ length: 256 }, (_, code) => expandAlaw(code));

/** Decodes mu-law, one byte per sample, to 16-bit samples. */
export function mulawToInt16(bytes: Uint8Array): Int16Array {
  return decodeWith(MULAW, bytes);
}

/** Decodes A-law, one byte per sample, to 16-bit samples. */
export function alawToInt16(bytes: Uint8Array): Int16Array {
  return decodeWith(ALAW, bytes);
}

function decodeWith(table: Int16Array, bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) samples[i] = table[bytes[i]!]!;
  return samples;
}

/** All bits are inverted on the line; sign, 3 bits of exponent, 4 of mantissa, bias 33 at 14 bits. */
function expandMulaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
}

/** Even bits are inverted on the line; a set sign bit means positive; segment 0 is linear. */
function expandAlaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}
