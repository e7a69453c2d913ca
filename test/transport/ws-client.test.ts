import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dial, type DialOptions } from '../../src/transport/ws-client.ts';

const running: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function answering(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  running.push({ close: () => server.close(() => server.closeAllConnections()) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function open(url: string, options: Partial<DialOptions> = {}): ReturnType<typeof dial> {
  return dial({
    url,
    timeoutMs: 5_000,
    maxPayloadBytes: 1_024,
    unreachable: 'gateway_unreachable',
    ...options,
  });
}

describe('dial', () => {
  it('says that nothing listens, without the query', async () => {
    const url = await answering(() => {});
    running.splice(0).forEach((server) => server.close());
    await expect(open(`${url}/stream?token=secret`)).rejects.toMatchObject({
      code: 'gateway_unreachable',
      message: `No WebSocket at ${url}/stream: nothing listens there.`,
    });
  });

  it('uses the code the caller gives', async () => {
    await expect(open('ws://127.0.0.1:1', { unreachable: 'worker_unreachable' })).rejects.toMatchObject({
      code: 'worker_unreachable',
    });
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [429, 'rate_limited'],
    [404, 'gateway_unreachable'],
    [200, 'gateway_unreachable'],
  ])('turns HTTP %d into %s with what the server said', async (status, code) => {
    const url = await answering((_request, response) => {
      response.writeHead(status, { 'retry-after': '2' }).end('No.\u001b[31m\nsecond line');
    });
    await expect(open(url)).rejects.toMatchObject({
      code,
      message: `${url}/ answered HTTP ${String(status)}: No.[31m`,
      retryAfterMs: 2_000,
    });
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const silent = createTcpServer(() => {});
    running.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    await expect(open(url, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'gateway_unreachable',
      message: `No WebSocket at ${url}/: no answer within 50 ms.`,
    });
  });

  it('follows no redirect', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(302, { location: 'ws://127.0.0.1:1/' }).end();
    });
    await expect(open(url)).rejects.toMatchObject({ message: `${url}/ answered HTTP 302` });
  });

  it('stops when it is interrupted', async () => {
    const url = await answering(() => {});
    const interrupt = new AbortController();
    const opened = open(url, { signal: interrupt.signal });
    interrupt.abort();
    await expect(opened).rejects.toMatchObject({ code: 'interrupted' });
    await expect(open(url, { signal: interrupt.signal })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it.each([
    '',
    'localhost:8000',
    'ftp://x',
    'ws://',
    'ws://x/#frag',
    'ws://x:99999/?token=secret',
    'ws://me:secret@x:99999',
  ])('calls %j a wrong usage and does not echo a token', async (url) => {
    const error: unknown = await open(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('secret');
  });

  it('calls a token with a line break a wrong usage and does not echo it', async () => {
    const error: unknown = await open('ws://127.0.0.1:1', {
      headers: { authorization: 'Bearer secret\n' },
    }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('secret');
  });

  it('[WIRE-2] never offers compression', async () => {
    let offered: string | undefined = 'not asked';
    const url = await answering((request, response) => void response.end());
    const probe = createServer();
    running.push(probe);
    probe.on('upgrade', (request, socket) => {
      offered = request.headers['sec-websocket-extensions'];
      socket.destroy();
    });
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    await expect(open(url.replace(/\d+$/, String((probe.address() as AddressInfo).port)))).rejects.toThrow();
    expect(offered).toBeUndefined();
  });
});
