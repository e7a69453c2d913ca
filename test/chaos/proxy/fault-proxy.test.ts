import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, openFaultProxy } from '../../../src/chaos/proxy/fault-proxy.ts';
import type { ToxicSpec } from '../../../src/chaos/proxy/toxic.ts';
import { connectTcp, type EchoServer, startEcho, type TcpClient } from '../../support/tcp-echo.ts';

let echo: EchoServer;
let proxy: FaultProxy;
let clients: TcpClient[];

beforeEach(async () => {
  echo = await startEcho();
  proxy = await openFaultProxy({ upstream: echo });
  clients = [];
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await proxy.close();
  await echo.stop();
});

async function client(): Promise<TcpClient> {
  const one = await connectTcp(proxy.port);
  clients.push(one);
  return one;
}

/** Milliseconds until `bytes` sent have come back, all of them as they were. */
async function echoMs(one: TcpClient, bytes: Buffer): Promise<number> {
  const before = one.received().length;
  const startMs = performance.now();
  one.socket.write(bytes);
  const all = await one.until(before + bytes.length);
  expect(all.subarray(before).equals(bytes)).toBe(true);
  return performance.now() - startMs;
}

const counting = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251));

describe('without toxics', () => {
  it('[CHA-1] carries every byte both ways, in order, and the end of each way by itself', async () => {
    const one = await client();
    const sent = counting(3_000_000);
    one.socket.end(sent);
    expect((await one.until(sent.length)).equals(sent)).toBe(true);
    expect(await one.gone).toBe('closed');
    expect(proxy.counters()).toMatchObject({
      opened: 1,
      bytes: { up: sent.length, down: sent.length },
      droppedBytes: { up: 0, down: 0 },
      unreachable: 0,
    });
  });

  it('[CHA-1] passes a reset on', async () => {
    const one = await client();
    await echoMs(one, counting(10));
    echo.sockets[0]!.resetAndDestroy();
    expect(await one.gone).toBe('ECONNRESET');
    await expect.poll(() => proxy.counters()).toMatchObject({ active: 0, reset: 1 });
  });

  it('[CHA-2] resets a client whose upstream does not answer, and counts it', async () => {
    const port = echo.port;
    await echo.stop();
    const lonely = await openFaultProxy({ upstream: { host: '127.0.0.1', port } });
    const one = await connectTcp(lonely.port);
    expect(await one.gone).toBe('ECONNRESET');
    await expect.poll(() => lonely.counters()).toMatchObject({ opened: 1, active: 0, unreachable: 1 });
    await lonely.close();
    echo = await startEcho();
  });

  it('[CHA-3] keeps bounded memory: a sender whose receiver does not read is held back', async () => {
    const deaf = await startEcho((socket) => socket.pause());
    const held = await openFaultProxy({ upstream: deaf });
    const one = await connectTcp(held.port);
    const chunk = Buffer.alloc(1024 * 1024);
    // 64 MiB is more than kernels and 4 MiB of waiting bytes take.
    let written = 0;
    while (written < 64 && one.socket.write(chunk)) written += 1;
    for (let megabytes = written; megabytes < 64; megabytes += 1) one.socket.write(chunk);
    await sleep(500);
    expect(one.socket.writableLength).toBeGreaterThan(32 * 1024 * 1024);
    one.socket.destroy();
    await held.close();
    await deaf.stop();
  });
});

describe('time', () => {
  it('[CHA-10] latency delays each way by itself, with jitter in its range, and loses nothing', async () => {
    const one = await client();
    proxy.add({ kind: 'latency', ms: 150, jitter_ms: 30, direction: 'down' });
    const tookMs = await echoMs(one, counting(50_000));
    expect(tookMs).toBeGreaterThanOrEqual(115);
    expect(tookMs).toBeLessThan(2_000);
    proxy.add({ kind: 'latency', ms: 100, direction: 'up' });
    expect(await echoMs(one, counting(10))).toBeGreaterThanOrEqual(215);
  });

  it('[CHA-10] latency does not lower the rate: what comes together leaves together', async () => {
    const one = await client();
    proxy.add({ kind: 'latency', ms: 200, direction: 'up' });
    expect(await echoMs(one, counting(2_000_000))).toBeLessThan(3_000);
  });

  it('[CHA-20] latency that is taken away lets go of what waits at once', async () => {
    const one = await client();
    const { remove } = proxy.add({ kind: 'latency', ms: 60_000 });
    const echoed = echoMs(one, counting(1_000));
    await sleep(50);
    await remove();
    expect(await echoed).toBeLessThan(3_000);
  });

  it('[CHA-11] bandwidth holds its rate, and lets the rest through when it is taken away', async () => {
    const one = await client();
    const { remove } = proxy.add({ kind: 'bandwidth', kb_s: 100, direction: 'down' });
    const tookMs = await echoMs(one, counting(60_000));
    expect(tookMs).toBeGreaterThan(450);
    expect(tookMs).toBeLessThan(2_500);
    const rest = echoMs(one, counting(3_000_000));
    await sleep(100);
    await remove();
    expect(await rest).toBeLessThan(3_000);
  });

  it('[CHA-12] slicer cuts the stream into pieces with a pause between them', async () => {
    const one = await client();
    const sizes: number[] = [];
    one.socket.on('data', ({ length }) => sizes.push(length));
    proxy.add({ kind: 'slicer', bytes: 100, jitter: 20, delay_us: 8_000, direction: 'down' });
    const tookMs = await echoMs(one, counting(4_000));
    expect(tookMs).toBeGreaterThan(200);
    expect(tookMs).toBeLessThan(3_000);
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(2_000);
  });

  it('[CHA-13] slow_close holds the end back, not the data', async () => {
    const one = await client();
    proxy.add({ kind: 'slow_close', ms: 900, direction: 'down' });
    const startMs = performance.now();
    one.socket.end(counting(100));
    await one.until(100);
    expect(performance.now() - startMs).toBeLessThan(700);
    await one.gone;
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(890);
  });
});

describe('ends', () => {
  it('[CHA-14] timeout stops all data; what waited arrives whole when it is lifted', async () => {
    const one = await client();
    await echoMs(one, counting(10));
    const { remove } = proxy.add({ kind: 'timeout', ms: 0 });
    one.socket.write(counting(1_000));
    await sleep(150);
    expect(one.received()).toHaveLength(10);
    await remove();
    expect((await one.until(1_010)).subarray(10).equals(counting(1_000))).toBe(true);
    expect(proxy.counters().droppedBytes).toEqual({ up: 0, down: 0 });
  });

  it('[CHA-14] timeout with a time closes the connection after it, also one that is silent', async () => {
    const one = await client();
    const startMs = performance.now();
    proxy.add({ kind: 'timeout', ms: 200 });
    one.socket.on('end', () => one.socket.end());
    await one.gone;
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);
    await expect.poll(() => proxy.counters()).toMatchObject({ active: 0, cut: 1 });
  });

  it('[CHA-15] reset_peer resets both sides after its time', async () => {
    const one = await client();
    await echoMs(one, counting(10));
    const upstreamFault = once(echo.sockets[0]!, 'error', { signal: AbortSignal.timeout(3_000) });
    const startMs = performance.now();
    proxy.add({ kind: 'reset_peer', ms: 300 });
    await echoMs(one, counting(10));
    expect(await one.gone).toBe('ECONNRESET');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(290);
    await expect(upstreamFault).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
    await expect.poll(() => proxy.counters()).toMatchObject({ active: 0, reset: 1 });
  });

  it('[CHA-15] a reset does not wait for a receiver that does not read', async () => {
    const one = await client();
    one.socket.pause();
    one.socket.write(Buffer.alloc(16 * 1024 * 1024));
    await expect.poll(() => proxy.counters().bytes.down).toBeGreaterThan(1_000_000);
    const upstreamGone = new Promise((resolve) => echo.sockets[0]!.once('close', resolve));
    proxy.add({ kind: 'reset_peer' });
    await upstreamGone;
    await expect.poll(() => proxy.counters()).toMatchObject({ active: 0, reset: 1 });
  });

  it('[CHA-16] limit_data lets exactly so many bytes through and closes', async () => {
    proxy.add({ kind: 'limit_data', bytes: 1_234, direction: 'down' });
    const one = await client();
    one.socket.write(counting(1_000));
    await one.until(1_000);
    one.socket.write(counting(1_000));
    await one.gone;
    expect(one.received()).toHaveLength(1_234);
    await expect.poll(() => proxy.counters()).toMatchObject({ cut: 1, bytes: { down: 1_234 } });
  });

  it('[CHA-17] down closes what is open, refuses what comes, and serves the same port again after it', async () => {
    const one = await client();
    await echoMs(one, counting(10));
    const { remove } = proxy.add({ kind: 'down' });
    await one.gone;
    await expect(connectTcp(proxy.port)).rejects.toThrow('ECONNREFUSED');
    await remove();
    await echoMs(await client(), counting(10));
  });

  it('[CHA-18] partition swallows both ways with the sockets open, and resets them when it heals', async () => {
    const one = await client();
    await echoMs(one, counting(10));
    const { remove } = proxy.add({ kind: 'partition' });
    one.socket.write(counting(500));
    const late = await client();
    late.socket.write(counting(300));
    await sleep(150);
    expect(echo.receivedBytes()).toBe(10);
    expect(echo.sockets).toHaveLength(1);
    expect([one.socket.readyState, late.socket.readyState]).toEqual(['open', 'open']);
    expect(proxy.counters()).toMatchObject({ active: 2, droppedBytes: { up: 800, down: 0 } });
    await remove();
    expect([await one.gone, await late.gone]).toEqual(['ECONNRESET', 'ECONNRESET']);
    await echoMs(await client(), counting(10));
  });

  it('[CHA-18] partition of one way lets the other through', async () => {
    const one = await client();
    proxy.add({ kind: 'partition', direction: 'down' });
    one.socket.write(counting(500));
    while (echo.receivedBytes() < 500) await sleep(5);
    expect(one.received()).toHaveLength(0);
  });
});

describe('toxics at run time', () => {
  it('[CHA-21] toxicity takes the same connections for the same seed', async () => {
    const spec: ToxicSpec = { kind: 'timeout', toxicity: 0.5 };
    const pattern = async (seed: number): Promise<string> => {
      const seeded = await openFaultProxy({ upstream: echo, seed });
      seeded.add(spec, 'half');
      let taken = '';
      const opened: TcpClient[] = [];
      for (let index = 0; index < 12; index += 1) opened.push(await connectTcp(seeded.port));
      for (const { socket } of opened) socket.write('x');
      await sleep(100);
      for (const one of opened) taken += one.received().length === 0 ? 'T' : '.';
      for (const { socket } of opened) socket.destroy();
      await seeded.close();
      return taken;
    };
    const first = await pattern(7);
    expect(await pattern(7)).toBe(first);
    expect(first).toMatch(/T/);
    expect(first).toMatch(/\./);
    expect(await pattern(8)).not.toBe(first);
  });

  it('[CHA-22] lists, changes and removes by name, for open connections too', async () => {
    const one = await client();
    proxy.add({ kind: 'latency', ms: 10_000, direction: 'up' });
    proxy.add({ kind: 'slicer', bytes: 10 }, 'thin');
    expect(proxy.toxics).toEqual([
      { name: 'latency-1', kind: 'latency', ms: 10_000, jitter_ms: 0, direction: 'up', toxicity: 1 },
      { name: 'thin', kind: 'slicer', bytes: 10, jitter: 0, delay_us: 0, direction: 'both', toxicity: 1 },
    ]);
    expect(() => proxy.add({ kind: 'drop_pong' }, 'thin')).toThrow('named thin already');
    expect(proxy.change('latency-1', { ms: 1 })).toMatchObject({ ms: 1, direction: 'up' });
    expect(() => proxy.change('latency-1', { kind: 'down' })).toThrow('stays so');
    expect(proxy.change('other', { ms: 1 })).toBeUndefined();
    expect(await echoMs(one, counting(100))).toBeLessThan(3_000);
    expect(await proxy.remove('thin')).toBe(true);
    expect(await proxy.remove('thin')).toBe(false);
  });

  it('[CHA-23] close ends every connection and frees the port', async () => {
    const one = await client();
    proxy.add({ kind: 'timeout' });
    await proxy.close();
    expect(await one.gone).toBe('ECONNRESET');
    await expect(connectTcp(proxy.port)).rejects.toThrow('ECONNREFUSED');
    expect(proxy.counters().active).toBe(0);
  });
});
