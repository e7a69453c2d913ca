import { connect, type Socket as TcpSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dial } from '../../src/transport/ws-client.ts';
import type { SocketClose } from '../../src/transport/socket.ts';
import { listen, type WsServer } from '../../src/transport/ws-server.ts';
import { maskedFrame, openRawSocket } from '../support/raw-socket.ts';

const MASK = '00000000';
const fragment = (head: number): string => `${head.toString(16).padStart(2, '0')} 81 ${MASK} 61`;

const CASES: readonly [title: string, hex: string, code: number][] = [
  ['[WIRE-50] an unmasked frame', '81 05 48656c6c6f', 1002],
  ['[WIRE-50] RSV1 without compression', `c1 81 ${MASK} 61`, 1002],
  ['[WIRE-50] RSV2', `a1 81 ${MASK} 61`, 1002],
  ['[WIRE-50] RSV3', `91 81 ${MASK} 61`, 1002],
  ['[WIRE-50] opcode 3', `83 80 ${MASK}`, 1002],
  ['[WIRE-50] opcode 15', `8f 80 ${MASK}`, 1002],
  ['[WIRE-50] a continuation without a start', `80 81 ${MASK} 61`, 1002],
  ['[WIRE-50] a new message inside a fragmented one', `${fragment(0x01)} 81 81 ${MASK} 61`, 1002],
  ['[WIRE-50] a fragmented ping', `09 80 ${MASK}`, 1002],
  ['[WIRE-50] a ping of 126 bytes', `89 fe 007e ${MASK}`, 1002],
  ['[WIRE-50] a close of one byte', `88 81 ${MASK} 03`, 1002],
  ['[WIRE-50] close code 1005', `88 82 ${MASK} 03ed`, 1002],
  ['[WIRE-50] close code 9999', `88 82 ${MASK} 270f`, 1002],
  ['[WIRE-51] text that is not UTF-8', `81 82 ${MASK} c328`, 1007],
  ['[WIRE-51] an overlong encoding', `81 82 ${MASK} c080`, 1007],
  ['[WIRE-51] a lone surrogate', `81 83 ${MASK} eda080`, 1007],
  ['[WIRE-51] a close reason that is not UTF-8', `88 84 ${MASK} 03e8 c328`, 1007],
  ['[WIRE-52] a header that announces 2^63 bytes', '82 ff 8000000000000000', 1009],
  ['[WIRE-52] a header that announces 2^53 - 1 bytes', '82 ff 001fffffffffffff', 1009],
  ['[WIRE-52] a header that announces one byte too many', '82 ff 0000000000010001', 1009],
  [
    '[WIRE-52] fragments that add up to one byte too many',
    `${maskedFrame(0x02, Buffer.alloc(65_535))} 80 82 ${MASK} 0000`,
    1009,
  ],
  ['[WIRE-53] 17 fragments of one byte', fragment(0x02) + fragment(0x00).repeat(16), 1008],
];

describe('broken frames', () => {
  let server: WsServer;
  const received: number[] = [];
  const closes: Promise<SocketClose>[] = [];

  beforeAll(async () => {
    server = await listen({
      host: '127.0.0.1',
      port: 0,
      onRequest: (_request, response) => void response.end(),
      route: () => 'accept',
      onSocket: (socket) => {
        closes.push(socket.closed);
        socket.onMessage((data) => {
          if (typeof data === 'string') socket.send(data);
          else received.push(data.length);
        });
      },
    });
  });
  afterAll(() => server.close(0));

  async function echo(text: string): Promise<string | Uint8Array> {
    const client = await dial({
      url: server.wsUrl,
      timeoutMs: 5_000,
      maxPayloadBytes: 65_536,
      unreachable: 'gateway_unreachable',
    });
    const answer = new Promise<string | Uint8Array>((resolve) => client.onMessage(resolve));
    client.send(text);
    const received = await answer;
    client.close(1000, '');
    return received;
  }

  it.each(CASES)('%s', async (_title, hex, code) => {
    const raw = await openRawSocket(server.address.port);
    raw.sendHex(hex);
    expect((await raw.closeFrame()).code).toBe(code);
    raw.tcp.destroy();
    await raw.closed;
    expect(await echo('alive')).toBe('alive');
  });

  it('[WIRE-54] a broken frame on one connection leaves the others alone', async () => {
    const other = await openRawSocket(server.address.port);
    for (const [, hex] of CASES) {
      const raw = await openRawSocket(server.address.port);
      raw.sendHex(hex);
      await raw.closeFrame();
      raw.tcp.destroy();
    }
    other.sendHex(`88 82 ${MASK} 03e8`);
    expect((await other.closeFrame()).code).toBe(1000);
    other.tcp.destroy();
  });

  it('[WIRE-52] takes a message of exactly the limit and one of 16 fragments', async () => {
    const raw = await openRawSocket(server.address.port);
    raw.sendHex(`82 ff 0000000000010000 ${MASK}`);
    raw.tcp.write(Buffer.alloc(65_536));
    raw.sendHex(fragment(0x02) + fragment(0x00).repeat(14) + fragment(0x80));
    raw.sendHex(`88 82 ${MASK} 03e8`);
    expect((await raw.closeFrame()).code).toBe(1000);
    expect(received.slice(-2)).toEqual([65_536, 16]);
    raw.tcp.destroy();
  });

  it('[WIRE-50] the socket of this side ends with the code it sent', async () => {
    const raw = await openRawSocket(server.address.port);
    raw.sendHex('81 05 48656c6c6f');
    await raw.closeFrame();
    raw.tcp.destroy();
    expect(await closes.at(-1)).toEqual({ code: 1002, reason: 'Invalid WebSocket frame: MASK must be set' });
  });

  it('[WIRE-54] survives connections that break off at any byte of handshake and frame', async () => {
    for (const bytes of [
      '',
      'G',
      'GET / HTTP/1.1\r\n',
      'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
      '\x16\x03\x01',
    ]) {
      const raw = await openHalf(server.address.port, bytes);
      raw.resetAndDestroy();
    }
    expect(await echo('alive')).toBe('alive');
  });
});

async function openHalf(port: number, bytes: string): Promise<TcpSocket> {
  const tcp = connect(port, '127.0.0.1');
  tcp.on('error', () => {});
  await new Promise<void>((resolve) => tcp.once('connect', resolve));
  await new Promise<void>((resolve) => tcp.write(bytes || Buffer.alloc(0), () => resolve()));
  return tcp;
}
