import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FaultProxy, openFaultProxy } from '../../../src/chaos/proxy/fault-proxy.ts';
import type { Socket } from '../../../src/transport/socket.ts';
import { listen, type WsServer } from '../../../src/transport/ws-server.ts';

let server: WsServer;
let proxy: FaultProxy;
let accepted: Socket[];
/** What the server got, as text. */
let heard: string[];

beforeEach(async () => {
  accepted = [];
  heard = [];
  server = await listen({
    host: '127.0.0.1',
    port: 0,
    maxPayloadBytes: 8 * 1024 * 1024,
    heartbeat: { pingIntervalMs: 300, pongTimeoutMs: 300 },
    onRequest: (_request, response) => void response.end('plain'),
    route: ({ url }) => (url.pathname === '/no' ? { status: 401, reason: 'No.' } : 'accept'),
    onSocket: (socket) => {
      accepted.push(socket);
      socket.onMessage((data) => heard.push(typeof data === 'string' ? data : `${data.byteLength} bytes`));
    },
  });
  proxy = await openFaultProxy({ upstream: server.address });
});
afterEach(async () => {
  await proxy.close();
  await server.close(0);
});

async function open(): Promise<{
  readonly ws: WebSocket;
  readonly got: string[];
  readonly closed: Promise<number>;
}> {
  const ws = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
  const got: string[] = [];
  ws.on('error', () => {});
  ws.on('message', (data: Buffer) => got.push(data.toString()));
  const closed = new Promise<number>((resolve) => ws.once('close', (code) => resolve(code)));
  await new Promise((resolve) => ws.once('open', resolve));
  return { ws, got, closed };
}

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);

describe('a WebSocket behind the proxy', () => {
  it('[CHA-42] duplicate sends messages twice, one after the other, in its direction', async () => {
    const { ws, got } = await open();
    proxy.add({ kind: 'duplicate', direction: 'up' });
    for (const word of words(5)) ws.send(word);
    await expect.poll(() => heard).toEqual(words(5).flatMap((word) => [word, word]));
    accepted[0]!.send('once');
    await expect.poll(() => got).toEqual(['once']);
    expect(proxy.counters()).toMatchObject({ framesDuplicated: 5 });
  });

  it('[CHA-43] reorder lets messages change places, loses none, and keeps nothing back for long', async () => {
    const { ws, got } = await open();
    proxy.add({ kind: 'reorder', probability: 1, direction: 'up' });
    for (const word of words(5)) ws.send(word);
    await expect.poll(() => heard).toEqual(['m1', 'm0', 'm3', 'm2', 'm4']);
    expect(proxy.counters()).toMatchObject({ framesReordered: 2 });
    expect(got).toEqual([]);
  });

  it('[CHA-43] a held message leaves before the close that follows it', async () => {
    const { ws, closed } = await open();
    proxy.add({ kind: 'reorder', hold_ms: 60_000 });
    ws.send('last words');
    ws.close(1000);
    expect(await closed).toBe(1000);
    expect(heard).toEqual(['last words']);
  });

  it('[CHA-43] taking reorder away lets go of what is held', async () => {
    const { ws } = await open();
    const { remove } = proxy.add({ kind: 'reorder', hold_ms: 60_000 });
    ws.send('held');
    ws.ping();
    await new Promise((resolve) => ws.once('pong', resolve));
    expect(heard).toEqual([]);
    await remove();
    await expect.poll(() => heard).toEqual(['held']);
  });

  it('[CHA-44] drop_pong hides the pongs, so that the heartbeat of the server cuts a silent client', async () => {
    const kept = await open();
    expect(await accepted[0]!.ping()).toBeGreaterThanOrEqual(0);
    proxy.add({ kind: 'drop_pong', direction: 'up' });
    expect(await kept.closed).toBe(1006);
    expect(proxy.counters().pongsDropped).toBeGreaterThanOrEqual(1);
    expect(proxy.counters().droppedBytes.up).toBeGreaterThan(0);
  });

  it('[CHA-45] messages in fragments and above 1 MiB pass as they are', async () => {
    const { ws } = await open();
    proxy.add({ kind: 'duplicate' });
    proxy.add({ kind: 'reorder' });
    ws.send(Buffer.alloc(2 * 1024 * 1024));
    ws.send('in ', { fin: false });
    ws.send('parts', { fin: true });
    await expect.poll(() => heard).toEqual(['2097152 bytes', 'in parts']);
    expect(proxy.counters()).toMatchObject({ framesDuplicated: 0, framesReordered: 0 });
  });

  it('[CHA-45] a toxic that comes in the middle of a message spares that one', async () => {
    const { ws } = await open();
    ws.send('in ', { fin: false });
    await expect.poll(() => proxy.counters().bytes.up).toBeGreaterThan(200);
    proxy.add({ kind: 'duplicate' });
    ws.send('parts', { fin: true });
    ws.send('twice');
    await expect.poll(() => heard).toEqual(['in parts', 'twice', 'twice']);
  });

  it('[CHA-41] plain HTTP and a refused upgrade pass', async () => {
    proxy.add({ kind: 'duplicate' });
    expect(await (await fetch(`http://127.0.0.1:${proxy.port}/`)).text()).toBe('plain');
    const refused = new WebSocket(`ws://127.0.0.1:${proxy.port}/no`);
    const status = await new Promise((resolve) => {
      refused.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    });
    expect(status).toBe(401);
    refused.on('error', () => {});
    refused.terminate();
  });
});
