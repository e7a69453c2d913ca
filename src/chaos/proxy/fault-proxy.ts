/**
 * A TCP proxy in front of one upstream that injects faults on request; it knows nothing of the protocol
 * but, where a WebSocket begins, the borders of its frames.
 *
 * Always true: toxics added, changed or removed hold for open connections at once; which connections a
 * toxicity below 1 takes depends on the seed, the number of the connection and the name of the toxic,
 * not on time; while `down` is in place nothing listens; `close` leaves no socket and no timer.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { type Address, formatAddress } from '../../transport/address.ts';
import { type Connection, createConnection } from './connection.ts';
import { addTallies, type Tally } from './tally.ts';
import { createToxicList } from './toxic-list.ts';
import type { NamedToxic, ToxicSpec } from './toxic.ts';

export interface FaultProxyOptions {
  readonly upstream: Address;
  /** 127.0.0.1 and any free port where nothing is said. */
  readonly listen?: Address;
  /** The same seed decides the same; 1 where nothing is said. */
  readonly seed?: number;
  readonly clock?: Clock;
}

export interface ToxicHandle {
  readonly name: string;
  /** As `FaultProxy.remove` with its name. */
  remove(): Promise<boolean>;
}

export interface FaultProxy {
  readonly address: Address;
  readonly port: number;
  readonly upstream: Address;
  /**
   * Puts a toxic in place; without a name it is called after its kind and a number.
   * @throws RtError invalid_parameters for one that cannot be, or a name that is taken
   */
  add(toxic: ToxicSpec, name?: string): ToxicHandle;
  /**
   * Changes attributes of a toxic, which counts its time anew; undefined when there is none of that name.
   * @throws RtError invalid_parameters, also for another kind
   */
  change(name: string, attributes: Readonly<Record<string, unknown>>): NamedToxic | undefined;
  /**
   * Takes a toxic away; false when there is none of that name.
   * @throws RtError address_in_use when another process took the port while `down` was in place; `down` stays then
   */
  remove(name: string): Promise<boolean>;
  readonly toxics: readonly NamedToxic[];
  counters(): ProxyCounters;
  /** Cuts every connection and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** Since the proxy was opened; bytes are those handed on. */
export interface ProxyCounters extends Tally {
  readonly opened: number;
  readonly active: number;
  /** Connections whose upstream did not answer. */
  readonly unreachable: number;
  /** Connections a toxic closed. */
  readonly cut: number;
  /** Connections that ended with a reset. */
  readonly reset: number;
}

/** @throws RtError address_in_use, config_invalid */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { upstream, clock = systemClock, seed = 1 } = options;
  const connections = new Set<Connection>();
  const list = createToxicList(clock, (placed) => {
    for (const connection of connections) connection.setToxics(placed);
  });
  const ended = { opened: 0, closed: 0, unreachable: 0, cut: 0, reset: 0, tally: addTallies([]) };

  const accept = (client: Socket): void => {
    ended.opened += 1;
    const number = ended.opened;
    const connection = createConnection({ client, upstream, number, seed, clock, toxics: list.placed });
    connections.add(connection);
    void connection.closed.then((outcome) => {
      connections.delete(connection);
      ended[outcome] += 1;
      ended.tally = addTallies([ended.tally, connection.tally()]);
    });
  };
  const door = await openDoor(options.listen ?? { host: '127.0.0.1', port: 0 }, accept);
  const remove = async (name: string): Promise<boolean> => {
    const found = list.find(name);
    if (found === undefined) return false;
    const isLastDown = list.placed.every(({ toxic }) => toxic.kind !== 'down' || toxic.name === name);
    if (found.toxic.kind === 'down' && isLastDown) await door.open();
    list.remove(name);
    return true;
  };

  return {
    address: door.address,
    port: door.address.port,
    upstream,
    remove,
    change: (name, attributes) => list.change(name, attributes),
    get toxics() {
      return list.placed.map(({ toxic }) => toxic);
    },
    add(spec, wanted) {
      const { kind, name } = list.add(spec, wanted);
      if (kind === 'down') {
        door.close();
        for (const connection of connections) connection.end('cut');
      }
      return { name, remove: () => remove(name) };
    },
    counters() {
      const { opened, unreachable, cut, reset, tally } = ended;
      const live = [...connections].map((connection) => connection.tally());
      return { opened, active: connections.size, unreachable, cut, reset, ...addTallies([tally, ...live]) };
    },
    async close() {
      door.close();
      const closed = [...connections].map((connection) => connection.closed);
      for (const connection of connections) connection.end('reset');
      await Promise.all(closed);
    },
  };
}

/** A port that can be closed and opened again. */
interface Door {
  readonly address: Address;
  open(): Promise<void>;
  close(): void;
}

async function openDoor(wanted: Address, accept: (client: Socket) => void): Promise<Door> {
  let server = await listen(wanted, accept);
  const address = { host: wanted.host, port: (server.address() as AddressInfo).port };
  return {
    address,
    async open() {
      server = await listen(address, accept);
    },
    close: () => void server.close(),
  };
}

async function listen(address: Address, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, accept);
  try {
    server.listen({ host: address.host, port: address.port });
    await once(server, 'listening');
  } catch (cause) {
    throw listenError(cause as NodeJS.ErrnoException, address);
  }
  // A failed accept (no file descriptors left) costs that connection alone.
  server.on('error', () => undefined);
  return server;
}

function listenError(cause: NodeJS.ErrnoException, address: Address): RtError {
  const where = formatAddress(address);
  if (cause.code === 'EADDRINUSE') {
    return new RtError('address_in_use', `${where} is already in use by another process.`, { cause });
  }
  const hint = 'Choose an address of this machine and a port this user may open.';
  return new RtError('config_invalid', `Cannot listen on ${where}: ${cause.message}.`, { cause, hint });
}
