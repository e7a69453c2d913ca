/** A WebSocket client made of a TCP connection, for bytes no library would send. */
import { connect, type Socket } from 'node:net';

export interface RawSocket {
  readonly tcp: Socket;
  /** Status line and headers of the answer to the handshake. */
  readonly head: string;
  /** Writes bytes given as hex; blanks are ignored. */
  sendHex(hex: string): void;
  /** The payload of the close frame the server sends; rejects when it hangs up without one. */
  closeFrame(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
}

export interface RawOptions {
  readonly path?: string;
  readonly headers?: readonly string[];
}

/** Connects, asks for the upgrade, and resolves with whatever head came back. */
export async function openRawSocket(port: number, options: RawOptions = {}): Promise<RawSocket> {
  const tcp = connect(port, '127.0.0.1');
  tcp.on('error', () => {});
  const closed = new Promise<void>((resolve) => tcp.once('close', () => resolve()));
  const inbox = createInbox(tcp, closed);
  const lines = [
    `GET ${options.path ?? '/'} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...(options.headers ?? []),
  ];
  tcp.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await inbox.until((bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    return end < 0 ? undefined : { value: bytes.toString('latin1', 0, end), used: end + 4 };
  });
  return {
    tcp,
    head,
    closed,
    sendHex: (hex) => void tcp.write(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')),
    closeFrame: async () => {
      for (;;) {
        const frame = await inbox.until(readFrame);
        if (frame.opcode !== 8) continue;
        const code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005;
        return { code, reason: frame.payload.toString('utf8', 2) };
      }
    },
  };
}

/** A masked frame with an all-zero mask, as hex; `head` is the first byte (0x81 text, 0x82 binary). */
export function maskedFrame(head: number, payload: Buffer): string {
  const size = payload.length;
  const length = size < 126 ? [0x80 | size] : size < 65_536 ? [0xfe, size >> 8, size & 0xff] : undefined;
  if (length === undefined) throw new RangeError('frames of 64 KiB and more are written by hand');
  return Buffer.concat([Buffer.from([head, ...length, 0, 0, 0, 0]), payload]).toString('hex');
}

type Reader<T> = (bytes: Buffer) => { readonly value: T; readonly used: number } | undefined;

function createInbox(tcp: Socket, closed: Promise<void>): { until<T>(read: Reader<T>): Promise<T> } {
  let bytes: Buffer = Buffer.alloc(0);
  let notify = (): void => {};
  let isGone = false;
  tcp.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    notify();
  });
  void closed.then(() => {
    isGone = true;
    notify();
  });
  const until = async <T>(read: Reader<T>): Promise<T> => {
    for (;;) {
      const found = read(bytes);
      if (found !== undefined) {
        bytes = bytes.subarray(found.used);
        return found.value;
      }
      if (isGone) throw new Error(`connection ended after ${JSON.stringify(bytes.toString('latin1'))}`);
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  };
  return { until };
}

/** One unmasked server frame of at most 64 KiB. */
function readFrame(bytes: Buffer): ReturnType<Reader<{ opcode: number; payload: Buffer }>> {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + size) return undefined;
  const payload = bytes.subarray(start, start + size);
  return { value: { opcode: bytes.readUInt8(0) & 0x0f, payload }, used: start + size };
}
