import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { refuseAbsentRedis } from '../../src/registry/redis-presence.ts';
import { createFakeClock } from '../support/fake-clock.ts';

async function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

async function closedPort(): Promise<number> {
  const { server, port } = await listening();
  server.close();
  await once(server, 'close');
  return port;
}

it('[REG-24] nobody listens: redis_unreachable at once, with what to do and without the password', async () => {
  const url = `redis://:secret@127.0.0.1:${String(await closedPort())}`;
  const fault = await refuseAbsentRedis(url, createFakeClock()).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'redis_unreachable', hint: expect.stringContaining('redis-server') });
  expect(String(fault)).toMatch(/ECONNREFUSED/);
  expect(String(fault)).not.toContain('secret');
});

it('leaves whoever listens to the client, and lets go of the connection', async () => {
  const { server, port } = await listening();
  const connected = once(server, 'connection');
  await refuseAbsentRedis(`redis://127.0.0.1:${String(port)}`, systemClock);
  const [socket] = (await connected) as [NodeJS.ReadableStream];
  socket.resume();
  await once(socket, 'close');
});

it('leaves Sentinels to the client: any one may know the way', async () => {
  const port = String(await closedPort());
  await refuseAbsentRedis(`redis+sentinel://127.0.0.1:${port}/main`, systemClock);
});

it('refuses a URL as the client would', async () => {
  await expect(refuseAbsentRedis('http://127.0.0.1', systemClock)).rejects.toMatchObject({
    code: 'config_invalid',
  });
});
