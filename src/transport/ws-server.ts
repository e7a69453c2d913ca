/**
 * One listening port for HTTP and WebSockets.
 *
 * It refuses compression, frames over the limit, messages in more than 16 fragments, and
 * connections that do not finish their request headers within 5 s. Always true: every TCP
 * connection has an error listener before anything else happens to it, so no peer can end the
 * process; a route decides before the handshake is answered; `close` ends in bounded time.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import { type Logger, silentLogger } from '../base/log.ts';
import { type Address, formatAddress } from './address.ts';
import { type HeartbeatTiming, keepHeartbeat } from './heartbeat.ts';
import { refuseUpgrade, type Refusal } from './refusal.ts';
import type { Socket } from './socket.ts';
import { CLOSE_TIMEOUT_MS, createWsSocket } from './ws-socket.ts';

export const DEFAULT_MAX_PAYLOAD_BYTES: number = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_FRAGMENTS = 16;
/** TCP segments one frame may arrive in; 64 KiB in pieces of 64 bytes still pass. */
const MAX_BUFFERED_CHUNKS = 1_024;
const MAX_PENDING_PONGS = 8;

/** A request to become a WebSocket, before the handshake. */
export interface UpgradeRequest {
  /** Path and query as asked for; host and scheme are placeholders. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port; the result says which. */
  readonly port: number;
  /** Answers plain HTTP; a throw or rejection becomes status 500. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Decides on an upgrade before the handshake. */
  readonly route: (request: UpgradeRequest) => 'accept' | Refusal | Promise<'accept' | Refusal>;
  /** Takes an accepted socket; must call `onMessage` in the same turn or whenever it is ready to read. */
  readonly onSocket: (socket: Socket, request: UpgradeRequest) => void;
  /** Chosen for clients that offer it; a client that offers none is accepted too. */
  readonly subprotocol?: string | undefined;
  readonly maxPayloadBytes?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
  readonly heartbeat?: HeartbeatTiming | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
}

export interface WsServer {
  /** The address in use, with the real port. */
  readonly address: Address;
  /** `http://host:port` and `ws://host:port`. */
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** WebSockets open now. */
  readonly socketCount: number;
  /** Stops accepting, waits up to `deadlineMs` for the peers to leave, then cuts them. Idempotent. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Opens the port; resolves when it accepts connections.
 * @throws RtError address_in_use, config_invalid
 */
export async function listen(options: ListenOptions): Promise<WsServer> {
  const settings: Settings = {
    ...options,
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLogger,
    heartbeat: options.heartbeat ?? { pingIntervalMs: 15_000, pongTimeoutMs: 10_000 },
  };
  const http = createHttpServer(settings);
  const connections = new Set<TcpSocket>();
  http.on('connection', (connection) => {
    connection.on('error', () => undefined);
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  const upgrades = acceptUpgrades(http, settings);
  await bind(http, options);
  http.on('error', (error) => settings.log.error('listener failed', { error: error.message }));
  const { port } = http.address() as AddressInfo;
  const address = { host: options.host, port };
  let closing: Promise<void> | undefined;
  return {
    address,
    httpUrl: `http://${formatAddress(address)}`,
    wsUrl: `ws://${formatAddress(address)}`,
    get socketCount() {
      return upgrades.socketCount();
    },
    close: (deadlineMs) => {
      upgrades.stop();
      closing ??= closeServer(http, { connections, deadlineMs, clock: settings.clock });
      return closing;
    },
  };
}

interface Settings extends ListenOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeat: HeartbeatTiming;
}

function createHttpServer({ onRequest, log, headersTimeoutMs = 5_000 }: Settings): Server {
  const options = {
    headersTimeout: headersTimeoutMs,
    // Node looks for late headers only this often; its default of 30 s would make 5 s a promise unkept.
    connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  return createServer(options, (request, response) => {
    const answer = async (): Promise<void> => onRequest(request, response);
    answer().catch((error: unknown) => {
      log.error('request handler failed', { error: messageOf(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal error.\n');
    });
  });
}

function bind(http: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(bindError(error, { host, port }));
    http.once('error', onError);
    http.listen({ host, port }, () => {
      http.off('error', onError);
      resolve();
    });
  });
}

function bindError(cause: NodeJS.ErrnoException, address: Address): RtError {
  const where = formatAddress(address);
  if (cause.code === 'EADDRINUSE') {
    const hint = `Stop the process that listens there, or choose another port (${formatAddress({ ...address, port: 0 })} takes any free one).`;
    return new RtError('address_in_use', `${where} is already in use by another process.`, { cause, hint });
  }
  const hint = 'Choose an address of this machine and a port this user may open.';
  return new RtError('config_invalid', `Cannot listen on ${where}: ${cause.message}.`, { cause, hint });
}

interface Upgrades {
  socketCount(): number;
  /** Refuses every later upgrade with status 503. */
  stop(): void;
}

function acceptUpgrades(http: Server, settings: Settings): Upgrades {
  const handshakes = createHandshakes(settings);
  let isStopped = false;
  const decide = async (request: UpgradeRequest): Promise<'accept' | Refusal> => {
    try {
      const decision = await settings.route(request);
      return isStopped ? { status: 503, reason: 'The server is shutting down.' } : decision;
    } catch (error) {
      settings.log.error('route failed', { error: messageOf(error) });
      return { status: 500, reason: 'Internal error.' };
    }
  };
  const upgrade = async (incoming: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> => {
    const request = readUpgrade(incoming);
    if (request === undefined) {
      refuseUpgrade(connection, { status: 400, reason: 'Malformed URL.' });
      return;
    }
    const decision = await decide(request);
    if (decision !== 'accept') refuseUpgrade(connection, decision);
    else if (!connection.destroyed) {
      handshakes.handleUpgrade(incoming, connection, head, (ws) => {
        adopt(ws, { tcp: incoming.socket, request, settings });
      });
    }
  };
  http.on('upgrade', (incoming, connection, head) => void upgrade(incoming, connection, head));
  return {
    socketCount: () => handshakes.clients.size,
    stop: () => {
      isStopped = true;
    },
  };
}

function createHandshakes({ subprotocol, maxPayloadBytes }: Settings): WebSocketServer {
  const limits = {
    maxPayload: maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    maxPendingAutoPongs: MAX_PENDING_PONGS,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return new WebSocketServer({
    ...limits,
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      subprotocol !== undefined && offered.has(subprotocol) ? subprotocol : false,
  });
}

function adopt(
  ws: WebSocket,
  options: { readonly tcp: TcpSocket; readonly request: UpgradeRequest; readonly settings: Settings },
): void {
  const { tcp, request, settings } = options;
  const socket = createWsSocket(ws, { remoteAddress: request.remoteAddress, clock: settings.clock });
  const gone = new AbortController();
  void socket.closed.then(() => gone.abort());
  const peer = {
    get bytesRead() {
      return tcp.bytesRead;
    },
    isPaused: () => ws.isPaused,
    ping: () => void socket.ping(),
    terminate: () => socket.terminate(),
  };
  void keepHeartbeat(peer, { clock: settings.clock, timing: settings.heartbeat, gone: gone.signal });
  try {
    settings.onSocket(socket, request);
  } catch (error) {
    settings.log.error('socket handler failed', { error: messageOf(error) });
    socket.close(1011, 'internal error');
  }
}

function readUpgrade(incoming: IncomingMessage): UpgradeRequest | undefined {
  // A placeholder host: nothing may be decided on a Host header here.
  const target = { path: incoming.url ?? '', base: 'ws://server' };
  if (!URL.canParse(target.path, target.base)) return undefined;
  const url = new URL(target.path, target.base);
  const remoteAddress = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { url, headers: incoming.headers, remoteAddress };
}

async function closeServer(
  http: Server,
  options: { readonly connections: Set<TcpSocket>; readonly deadlineMs: number; readonly clock: Clock },
): Promise<void> {
  const { connections, deadlineMs, clock } = options;
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeIdleConnections();
  for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
  const early = new AbortController();
  const deadline = clock.sleep(deadlineMs, early.signal).catch(() => undefined);
  await Promise.race([closed, deadline]);
  early.abort();
  for (const connection of connections) connection.destroy();
  await closed;
}
