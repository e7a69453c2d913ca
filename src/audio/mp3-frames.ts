/** Recognises MPEG audio layer III by its frame headers (ISO 11172-3 §2.4.1, 13818-3 §2.4.2). */

const BITRATES_V1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_V2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Sample rates of MPEG 1; those of 2 and 2.5 are halves and quarters. */
const RATES_V1 = [44_100, 48_000, 32_000];

interface FrameHeader {
  readonly lengthBytes: number;
  /** Version and sample rate, which stay the same throughout a stream. */
  readonly stream: number;
}

/**
 * True when `bytes` begin with at least two consecutive MP3 frames, and with nothing but frames as far
 * as `bytes` reach. A single header is 11 bits of ones, which ordinary samples contain all the time.
 */
export function startsWithMp3Frames(bytes: Uint8Array): boolean {
  const first = readHeader(bytes, 0);
  if (!first) return false;
  let frames = 1;
  for (let at = first.lengthBytes; at + 4 <= bytes.length; frames++) {
    const next = readHeader(bytes, at);
    if (next?.stream !== first.stream) return false;
    at += next.lengthBytes;
  }
  return frames >= 2;
}

function readHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (at + 4 > bytes.length) return undefined;
  const [sync, kind, rates] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  const version = (kind >> 3) & 3; // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5, 1 is reserved
  const layer = (kind >> 1) & 3; // 1 is layer III
  if (sync !== 0xff || kind >> 5 !== 7 || version === 1 || layer !== 1) return undefined;

  const kilobits = (version === 3 ? BITRATES_V1 : BITRATES_V2)[rates >> 4];
  const baseRate = RATES_V1[(rates >> 2) & 3];
  if (!kilobits || !baseRate) return undefined;

  const rate = version === 3 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const bytesPerKilobit = version === 3 ? 144_000 : 72_000;
  const padding = (rates >> 1) & 1;
  return {
    lengthBytes: Math.floor((bytesPerKilobit * kilobits) / rate) + padding,
    stream: (version << 2) | ((rates >> 2) & 3),
  };
}
