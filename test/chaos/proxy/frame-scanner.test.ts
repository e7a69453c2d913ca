import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameScanner, type ScannedPart } from '../../../src/chaos/proxy/frame-scanner.ts';

const HEAD = {
  up: 'GET /x HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
  down: 'HTTP/1.1 101 Yes\r\nupgrade: WebSocket\r\n\r\n',
};

function frame(payloadBytes: number, { opcode = 2, isFinal = true, isMasked = false } = {}): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const first = (isFinal ? 0x80 : 0) | opcode;
  const head = [Buffer.from([first, mask | payloadBytes])];
  if (payloadBytes > 65_535) {
    head[0] = Buffer.from([first, mask | 127]);
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(payloadBytes));
    head.push(size);
  } else if (payloadBytes > 125) {
    head[0] = Buffer.from([first, mask | 126, payloadBytes >> 8, payloadBytes & 255]);
  }
  return Buffer.concat([...head, Buffer.alloc(isMasked ? 4 : 0, 7), Buffer.alloc(payloadBytes, 9)]);
}

/** `stream` in the pieces that `cuts` make. */
function split(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  return [...places, stream.length].map((end, index) => stream.subarray(places[index - 1] ?? 0, end));
}

function scan(pieces: readonly Buffer[], way: 'up' | 'down' = 'up') {
  const scanner = createFrameScanner(way);
  const parts: ScannedPart[] = pieces.flatMap((piece) => [...scanner.push(piece)]);
  return { parts, rest: scanner.end(), state: scanner.state };
}

const anyFrame = fc.record({
  payloadBytes: fc.oneof(fc.nat(200), fc.constantFrom(125, 126, 65_535, 65_536, 70_000)),
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  isFinal: fc.boolean(),
  isMasked: fc.boolean(),
});

describe('the frame scanner', () => {
  it('[CHA-40] finds the same frames however the stream is cut, and changes no byte', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (kinds, cuts) => {
          const frames = kinds.map((kind) => ({ ...kind, bytes: frame(kind.payloadBytes, kind) }));
          const stream = Buffer.concat([Buffer.from(HEAD.up), ...frames.map(({ bytes }) => bytes)]);
          const { parts, rest } = scan(split(stream, cuts));
          expect(Buffer.concat([...parts.map(({ bytes }) => bytes), rest]).equals(stream)).toBe(true);
          const found = parts.filter((part) => part.frame?.isLast).map((part) => part.frame?.header);
          expect(found).toEqual(
            frames.map(({ opcode, isFinal, bytes }) => ({ opcode, isFinal, sizeBytes: bytes.length })),
          );
        },
      ),
    );
  });

  it.each([
    ['Redis', '*1\r\n$4\r\nPING\r\n'],
    ['a plain request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['another method', 'POST / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'],
    ['a head that does not end', `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}`],
  ])('[CHA-41] leaves %s alone', (_title, text) => {
    const stream = Buffer.concat([Buffer.from(text), frame(5)]);
    const { parts, state } = scan(split(stream, [3, 9]));
    expect(state).toBe('opaque');
    expect(parts.every((part) => part.frame === undefined)).toBe(true);
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
  });

  it('[CHA-41] takes a refused upgrade for no WebSocket', () => {
    expect(scan([Buffer.from('HTTP/1.1 401 No\r\nUpgrade: websocket\r\n\r\n')], 'down').state).toBe('opaque');
    expect(scan([Buffer.from(HEAD.down)], 'down').state).toBe('frames');
  });
});
