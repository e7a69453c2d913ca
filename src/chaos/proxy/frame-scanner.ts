/**
 * Finds the frames of a WebSocket (RFC 6455 §5.2) in the bytes of one direction of a TCP connection.
 *
 * It reads headers and nothing else: no payload is unmasked, joined or changed, and the parts it hands
 * out are, one after the other, exactly the bytes that came in. What does not begin as a WebSocket
 * does is opaque for ever. At most 13 bytes wait here: a header that is not whole yet.
 */
import type { Way } from './toxic.ts';
import { createUpgradeHead } from './upgrade-head.ts';

export interface FrameHeader {
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly isFinal: boolean;
  /** Of the whole frame, its header included. */
  readonly sizeBytes: number;
}

/** Bytes as they came; `frame` where they belong to one. */
export interface ScannedPart {
  readonly bytes: Buffer;
  readonly frame?: { readonly header: FrameHeader; readonly isFirst: boolean; readonly isLast: boolean };
}

export interface FrameScanner {
  push(chunk: Buffer): readonly ScannedPart[];
  /** What waits for the rest of its header when the stream ends. */
  end(): Buffer;
  /** The other direction refused the upgrade: there are no frames here either. */
  giveUp(): void;
  readonly state: 'head' | 'frames' | 'opaque';
}

export function createFrameScanner(way: Way): FrameScanner {
  let state: FrameScanner['state'] = 'head';
  const head = createUpgradeHead(way);
  let header: Buffer = Buffer.alloc(0);
  let current: FrameHeader | undefined;
  let leftBytes = 0;

  function readFrames(input: Buffer): ScannedPart[] {
    const parts: ScannedPart[] = [];
    let bytes = header.length === 0 ? input : Buffer.concat([header, input]);
    header = Buffer.alloc(0);
    while (bytes.length > 0) {
      const isFirst = current === undefined;
      const frame = current ?? readHeader(bytes);
      if (frame === undefined) {
        // A copy: the chunk it is a view of may be large.
        header = Buffer.from(bytes);
        break;
      }
      if (isFirst) leftBytes = frame.sizeBytes;
      const taken = bytes.subarray(0, Math.min(leftBytes, bytes.length));
      leftBytes -= taken.length;
      current = leftBytes === 0 ? undefined : frame;
      parts.push({ bytes: taken, frame: { header: frame, isFirst, isLast: leftBytes === 0 } });
      bytes = bytes.subarray(taken.length);
    }
    return parts;
  }

  return {
    get state() {
      return state;
    },
    push(chunk) {
      if (state === 'frames') return readFrames(chunk);
      if (state === 'opaque') return [{ bytes: chunk }];
      const { verdict, headBytes } = head.push(chunk);
      state = verdict;
      const rest = chunk.subarray(headBytes);
      return [{ bytes: chunk.subarray(0, headBytes) }, ...(rest.length === 0 ? [] : readFrames(rest))];
    },
    end: () => header,
    giveUp() {
      state = 'opaque';
    },
  };
}

/** The header at the start of `bytes`, or undefined while there are too few of them. */
function readHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const headerBytes = 2 + lengthBytes + ((second & 0x80) === 0 ? 0 : 4);
  if (bytes.length < headerBytes) return undefined;
  const payloadBytes =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, sizeBytes: headerBytes + payloadBytes };
}
