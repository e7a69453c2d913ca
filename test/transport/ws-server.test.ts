import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Socket } from '../../src/transport/socket.ts';
import { dial } from '../../src/transport/ws-client.ts';
import { listen, type ListenOptions, type WsServer } from '../../src/transport/ws-server.ts';
import { maskedFrame, openRawSocket } from '../support/raw-socket.ts';

const servers: WsServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close(0))));

async function serve(options: Partial<ListenOptions> = {}): Promise<WsServer> {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: (_request, response) => void response.end('hello'),
    route: () => 'accept',
    onSocket: (socket) => socket.onMessage(() => {}),
    ...options,
  });
  servers.push(server);
  return server;
}

function open(server: WsServer, subprotocols: readonly string[] = []): Promise<Socket> {
  return dial({
    url: `${server.wsUrl}/stream?a=1`,
    subprotocols,
    timeoutMs: 5_000,
    maxPayloadBytes: 65_536,
    unreachable: 'gateway_unreachable',
  });
}

describe('listen', () => {
  it('takes a free port and says which', async () => {
    const server = await serve();
    expect(server.address.port).toBeGreaterThan(0);
    expect(await (await fetch(server.httpUrl)).text()).toBe('hello');
  });

  it('listens on IPv6', async () => {
    const server = await serve({ host: '::1' });
    expect(server.wsUrl).toMatch(/^ws:\/\/\[::1\]:\d+$/);
    const socket = await open(server);
    expect(socket.isOpen).toBe(true);
    socket.terminate();
  });

  it('names the address that is in use and what to do', async () => {
    const { address } = await serve();
    await expect(serve({ port: address.port })).rejects.toMatchObject({
      code: 'address_in_use',
      message: `127.0.0.1:${String(address.port)} is already in use by another process.`,
      hint: expect.stringContaining('127.0.0.1:0') as string,
    });
  });

  it('calls an address that is not of this machine a configuration error', async () => {
    await expect(serve({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('defect');
      },
    ],
    ['rejects', () => Promise.reject(new Error('defect'))],
  ])('answers 500 when the request handler %s', async (_how, onRequest) => {
    const server = await serve({ onRequest });
    expect((await fetch(server.httpUrl)).status).toBe(500);
  });
});

describe('the handshake', () => {
  it('[WIRE-1] picks rt.v1 among what is offered', async () => {
    const server = await serve({ subprotocol: 'rt.v1' });
    const socket = await open(server, ['rt.bearer.abc', 'rt.v1']);
    expect(socket.subprotocol).toBe('rt.v1');
    socket.terminate();
  });

  it('[WIRE-1] accepts a client that offers none', async () => {
    const server = await serve({ subprotocol: 'rt.v1' });
    const raw = await openRawSocket(server.address.port);
    expect(raw.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(raw.head).not.toMatch(/Sec-WebSocket-Protocol/i);
    raw.tcp.destroy();
  });

  it('[WIRE-2] negotiates no compression when it is offered', async () => {
    const server = await serve();
    const raw = await openRawSocket(server.address.port, {
      headers: ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'],
    });
    expect(raw.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(raw.head).not.toMatch(/Sec-WebSocket-Extensions/i);
    raw.tcp.destroy();
  });

  it('[WIRE-3] refuses with the status and sentence of the route', async () => {
    const server = await serve({
      route: () => ({ status: 503, reason: 'Draining.', retryAfterS: 1.5 }),
    });
    const raw = await openRawSocket(server.address.port);
    await raw.closed;
    expect(raw.head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nConnection: close\r\n/);
    expect(raw.head).toMatch(/Content-Type: text\/plain/);
    expect(raw.head).toMatch(/Retry-After: 2$/m);
    expect(server.socketCount).toBe(0);
  });

  it('[WIRE-3] answers 500 and stays up when the route fails', async () => {
    const server = await serve({ route: () => Promise.reject(new Error('defect')) });
    expect((await openRawSocket(server.address.port)).head).toMatch(/^HTTP\/1\.1 500 /);
    expect((await fetch(server.httpUrl)).status).toBe(200);
  });

  it.each([
    ['a missing key', ['Sec-WebSocket-Version: 13']],
    ['an old version', ['Sec-WebSocket-Version: 7', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']],
    [
      'a malformed subprotocol',
      [
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Protocol: a,,b',
      ],
    ],
  ])('[WIRE-3] refuses %s with 400', async (_what, headers) => {
    const server = await serve();
    const answer = await exchange(server, [
      'GET / HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      ...headers,
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('[WIRE-3] refuses a URL that is none with 400', async () => {
    const server = await serve();
    expect((await openRawSocket(server.address.port, { path: '//' })).head).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('[WIRE-4] ends a connection that does not finish its headers', async () => {
    const server = await serve({ headersTimeoutMs: 100 });
    expect(await exchange(server, ['GET / HTTP/1.1', 'Host: x'], '\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('[WIRE-4] ends a connection that never speaks', async () => {
    const server = await serve({ headersTimeoutMs: 100 });
    const tcp = connect(server.address.port, '127.0.0.1');
    tcp.resume();
    await new Promise<void>((resolve) => tcp.once('close', () => resolve()));
  });

  it('[WIRE-4] refuses headers over 16 KiB', async () => {
    const server = await serve();
    const answer = await exchange(server, ['GET / HTTP/1.1', 'Host: x', `X: ${'y'.repeat(17_000)}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('hands the route and the handler the same request', async () => {
    const seen: string[] = [];
    const server = await serve({
      route: (request) => {
        seen.push(`${request.url.pathname}${request.url.search} ${request.remoteAddress}`);
        return 'accept';
      },
      onSocket: (socket, request) => {
        seen.push(`${request.url.pathname}${request.url.search} ${socket.remoteAddress}`);
        socket.onMessage(() => {});
      },
    });
    (await open(server)).terminate();
    expect(seen).toEqual(['/stream?a=1 127.0.0.1', '/stream?a=1 127.0.0.1']);
  });

  it('closes with 1011 when the handler of a socket fails', async () => {
    const server = await serve({
      onSocket: () => {
        throw new Error('defect');
      },
    });
    const socket = await open(server);
    socket.onMessage(() => {});
    expect(await socket.closed).toEqual({ code: 1011, reason: 'internal error' });
  });

  it('survives a client that leaves while the route is deciding', async () => {
    let decide = (): void => {};
    let onAsked = (): void => {};
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const server = await serve({
      route: () =>
        new Promise((resolve) => {
          decide = () => resolve('accept');
          onAsked();
        }),
    });
    const raw = openRawSocket(server.address.port).catch((error: unknown) => error);
    await asked;
    await server.close(0);
    decide();
    expect(await raw).toBeInstanceOf(Error);
    expect(server.socketCount).toBe(0);
  });
});

describe('a connection', () => {
  it('[WIRE-5] is cut when it answers no ping', async () => {
    const server = await serve({ heartbeat: { pingIntervalMs: 20, pongTimeoutMs: 20 } });
    const raw = await openRawSocket(server.address.port);
    await raw.closed;
    expect(server.socketCount).toBe(0);
  });

  it('delivers what a peer sent before it left, although this side had stopped reading', async () => {
    const received: unknown[] = [];
    let onClosed = (_close: unknown): void => {};
    const closed = new Promise((resolve) => {
      onClosed = resolve;
    });
    const server = await serve({
      onSocket: (socket) => {
        socket.onMessage((data) => {
          received.push(data);
          socket.pause();
        });
        void socket.closed.then((close) => {
          received.push('closed');
          onClosed(close);
        });
      },
    });
    const raw = await openRawSocket(server.address.port);
    const texts = ['a', 'b', 'c'].map((text) => maskedFrame(0x81, Buffer.from(text)));
    raw.sendHex([...texts, maskedFrame(0x88, Buffer.from([0x03, 0xe8]))].join(''));
    expect(await closed).toEqual({ code: 1000, reason: '' });
    expect(received).toEqual(['a', 'b', 'c', 'closed']);
    raw.tcp.destroy();
  });
});

describe('closing', () => {
  it('[WIRE-44] cuts a peer that does not answer the close frame within 2 s', async () => {
    let onClosed = (_close: unknown): void => {};
    const closed = new Promise((resolve) => {
      onClosed = resolve;
    });
    const server = await serve({
      onSocket: (socket) => {
        socket.onMessage(() => {});
        socket.close(4408, 'idle');
        void socket.closed.then(onClosed);
      },
    });
    const startMs = performance.now();
    const raw = await openRawSocket(server.address.port);
    expect(await raw.closeFrame()).toEqual({ code: 4408, reason: 'idle' });
    expect(await closed).toMatchObject({ code: 1006 });
    expect(performance.now() - startMs).toBeGreaterThan(1_900);
    await raw.closed;
  });

  it('waits for sockets that leave by themselves', async () => {
    const server = await serve();
    const socket = await open(server);
    socket.onMessage(() => {});
    const closed = server.close(10_000);
    socket.close(1000, 'done');
    await closed;
    expect(await socket.closed).toMatchObject({ code: 1000 });
  });

  it('cuts what is left at the deadline, silent connections included', async () => {
    const server = await serve();
    const socket = await open(server);
    socket.onMessage(() => {});
    const silent = connect(server.address.port, '127.0.0.1');
    await new Promise<void>((resolve) => silent.once('connect', resolve));
    await server.close(20);
    expect(await socket.closed).toMatchObject({ code: 1006 });
    silent.destroy();
  });

  it('takes a second close', async () => {
    const server = await serve();
    await Promise.all([server.close(0), server.close(0)]);
    await expect(fetch(server.httpUrl)).rejects.toThrow();
  });
});

/** Sends request lines and resolves with everything that comes back until the connection ends. */
async function exchange(server: WsServer, lines: readonly string[], end = '\r\n\r\n'): Promise<string> {
  const tcp = connect(server.address.port, '127.0.0.1');
  tcp.on('error', () => {});
  tcp.write(lines.join('\r\n') + end);
  let text = '';
  tcp.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise<void>((resolve) => tcp.once('close', () => resolve()));
  return text;
}
