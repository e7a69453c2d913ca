/** Ports of 127.0.0.1 that nobody uses now. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** The port of a server that listens. */
export function portOf(address: ReturnType<Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return address.port;
}
