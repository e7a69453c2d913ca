/** Builds WAV files of every kind byte by byte, broken ones included. */

export interface WavParts {
  readonly tag?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  /** Samples as they lie in the file. */
  readonly data: Uint8Array;
  /** What the header says instead of `data.length`. */
  readonly declaredBytes?: number;
  /** What the format says instead of channels * bits / 8. */
  readonly blockBytes?: number;
  /** WAVE_FORMAT_EXTENSIBLE around `tag`. */
  readonly extensible?: boolean;
  /** RF64 with the true length in a ds64 chunk. */
  readonly rf64?: boolean;
  /** Chunks between format and samples. */
  readonly before?: readonly Uint8Array[];
  /** Chunks behind the samples. */
  readonly after?: readonly Uint8Array[];
}

/** One chunk, padded to even length unless `padded` is false. */
export function wavChunk(
  id: string,
  body: Uint8Array,
  options: { declared?: number; padded?: boolean } = {},
): Uint8Array {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(options.declared ?? body.length, 4);
  const padding = Buffer.alloc(options.padded === false ? 0 : body.length % 2);
  return Buffer.concat([head, body, padding]);
}

/** The whole file; 16 kHz mono 16-bit PCM where `parts` say nothing else. */
export function wavFile(parts: WavParts): Uint8Array {
  const chunks = [
    ...(parts.rf64 ? [ds64(parts.data.length)] : []),
    wavChunk('fmt ', formatBody(parts)),
    ...(parts.before ?? []),
    wavChunk('data', parts.data, {
      declared: parts.rf64 ? 0xffffffff : (parts.declaredBytes ?? parts.data.length),
    }),
    ...(parts.after ?? []),
  ];
  const body = Buffer.concat([Buffer.from('WAVE', 'latin1'), ...chunks]);
  return wavChunk(parts.rf64 ? 'RF64' : 'RIFF', body, { declared: parts.rf64 ? 0xffffffff : body.length });
}

function formatBody(parts: WavParts): Buffer {
  const { tag = 1, channels = 1, sampleRate = 16_000, bits = 16 } = parts;
  const blockBytes = parts.blockBytes ?? (channels * bits) / 8;
  const body = Buffer.alloc(parts.extensible ? 40 : 16);
  body.writeUInt16LE(parts.extensible ? 0xfffe : tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRate, 4);
  body.writeUInt32LE(sampleRate * blockBytes, 8);
  body.writeUInt16LE(blockBytes, 12);
  body.writeUInt16LE(bits, 14);
  if (parts.extensible) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bits, 18);
    body.writeUInt16LE(tag, 24);
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(body, 26);
  }
  return body;
}

function ds64(dataBytes: number): Uint8Array {
  const body = Buffer.alloc(28);
  body.writeBigUInt64LE(BigInt(dataBytes), 8);
  return wavChunk('ds64', body);
}
