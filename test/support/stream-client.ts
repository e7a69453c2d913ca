/** A client of a gateway or a worker that keeps everything it was told. */
import type { Clock } from '../../src/base/clock.ts';
import { STREAM_PATH } from '../../src/protocol/version.ts';
import type { Socket, SocketClose } from '../../src/transport/socket.ts';
import { dial } from '../../src/transport/ws-client.ts';

/** A message as it came off the wire. */
export type Told = { readonly type: string; readonly seq?: number } & Readonly<Record<string, unknown>>;

export interface TestClient {
  readonly socket: Socket;
  readonly told: readonly Told[];
  readonly closed: Promise<SocketClose>;
  send(data: string | Uint8Array | object): void;
  /** The first message of that type, or the `index`th; rejects when the connection ends without it. */
  heard(type: string, index?: number): Promise<Told>;
  /** Resolves once `test` is true of what was told; rejects when the connection ends without that. */
  until(test: (told: readonly Told[]) => boolean): Promise<void>;
  /** Types of durable events, and of everything else that is not progress or an acknowledgement. */
  types(): readonly string[];
}

/** Wraps a socket nobody listens to yet. */
export function listenTo(socket: Socket): TestClient {
  const told: Told[] = [];
  const watchers = new Set<() => void>();
  let isClosed = false;
  const notify = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  socket.onMessage((data) => {
    told.push(JSON.parse(typeof data === 'string' ? data : '{"type":"binary"}') as Told);
    notify();
  });
  void socket.closed.then(() => {
    isClosed = true;
    notify();
  });
  const until: TestClient['until'] = (test) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!test(told) && !isClosed) return;
        watchers.delete(look);
        if (test(told)) resolve();
        else reject(new Error(`closed after ${JSON.stringify(told)}`));
      };
      watchers.add(look);
      look();
    });
  return {
    socket,
    told,
    closed: socket.closed,
    until,
    send(data) {
      socket.send(typeof data === 'string' || data instanceof Uint8Array ? data : JSON.stringify(data));
    },
    async heard(type, index = 0) {
      const ofType = (messages: readonly Told[]): Told | undefined =>
        messages.filter((message) => message.type === type)[index];
      await until((messages) => ofType(messages) !== undefined);
      return ofType(told) as Told;
    },
    types: () => told.map(({ type }) => type).filter((type) => type !== 'progress' && type !== 'ack'),
  };
}

/** Connects to `url` (a whole address) and listens. */
export async function connectTo(url: string, clock?: Clock): Promise<TestClient> {
  const socket = await dial({
    url,
    timeoutMs: 5000,
    maxPayloadBytes: 16 * 1024 * 1024,
    unreachable: 'gateway_unreachable',
    clock,
  });
  return listenTo(socket);
}

/** Connects to a gateway's stream with the given parameters. */
export function connectStream(
  gateway: string,
  query: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const text = new URLSearchParams(query).toString();
  return connectTo(`${gateway}${STREAM_PATH}${text === '' ? '' : `?${text}`}`);
}
