/**
 * A TCP relay that can be told to swallow whatever passes, both ways, while its sockets stay open: a network that
 * lost the way. Stopping a process is no partition, since kernels go on delivering what they hold; this relay reads the
 * bytes and drops them, so they are gone for good.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from './free-port.ts';

export interface DiscardingRelay {
  readonly port: number;
  /** From now on bytes are swallowed; new connections are taken, and lead nowhere. */
  discard(): void;
  /** Connections that lost bytes stay dead without a word, as after a router lost its table; new ones work. */
  heal(): void;
  /** As `heal`, and connections that lost bytes are closed. */
  healAndReset(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  /** Some bytes of it were swallowed: what is left of the conversation means nothing. */
  isBroken: boolean;
}

/** Relays connections to a loopback port. */
export async function startDiscardingRelay(targetPort: number): Promise<DiscardingRelay> {
  const pairs = new Set<Pair>();
  let isDiscarding = false;
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    const pair: Pair = { client, target, isBroken: isDiscarding };
    pairs.add(pair);
    const pass =
      (to: Socket) =>
      (bytes: Buffer): void => {
        if (pair.isBroken) return;
        to.write(bytes);
      };
    const close = (): void => {
      if (isDiscarding) return;
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    client.on('data', pass(target));
    target.on('data', pass(client));
    for (const socket of [client, target]) socket.on('error', close).on('close', close);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = (wanted: (pair: Pair) => boolean): void => {
    for (const pair of pairs) {
      if (!wanted(pair)) continue;
      pairs.delete(pair);
      pair.client.destroy();
      pair.target.destroy();
    }
  };
  return {
    port: portOf(server.address()),
    discard() {
      isDiscarding = true;
      for (const pair of pairs) pair.isBroken = true;
    },
    heal() {
      isDiscarding = false;
    },
    healAndReset() {
      isDiscarding = false;
      reset(({ isBroken }) => isBroken);
    },
    async stop() {
      server.close();
      reset(() => true);
      await once(server, 'close');
    },
  };
}
