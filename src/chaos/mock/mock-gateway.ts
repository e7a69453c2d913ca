/**
 * A gateway without workers and without memory, whose behaviour each request chooses for itself, so that
 * many tests of a client run against one at the same time.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPcmEncoding } from '../../audio/pcm-decoder.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import { type Logger, silentLogger } from '../../base/log.ts';
import { CLOSE_CODE, errorMessage } from '../../protocol/close-codes.ts';
import { encodeMessage } from '../../protocol/codec.ts';
import { parseStreamQuery, type StreamQuery } from '../../protocol/query.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../../protocol/version.ts';
import type { Address } from '../../transport/address.ts';
import type { Socket } from '../../transport/socket.ts';
import { listen, type UpgradeRequest, type WsServer } from '../../transport/ws-server.ts';
import { behaviourOf } from './behaviour.ts';
import { type MockSessionOptions, startMockSession } from './mock-session.ts';
import { play } from './plays.ts';

export interface MockGatewayOptions {
  /** 127.0.0.1 and any free port where nothing is said. */
  readonly listen?: Address;
  /** Answers plain HTTP; 404 where nothing is said. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** @throws RtError address_in_use, config_invalid */
export function openMockGateway(options: MockGatewayOptions = {}): Promise<WsServer> {
  const { clock = systemClock, log = silentLogger } = options;
  return listen({
    ...(options.listen ?? { host: '127.0.0.1', port: 0 }),
    clock,
    log,
    subprotocol: SUBPROTOCOL,
    onRequest: options.onRequest ?? ((_request, response) => void response.writeHead(404).end()),
    route: ({ url }) =>
      prefixOf(url) === undefined ? { status: 404, reason: `The mock answers ${STREAM_PATH}.` } : 'accept',
    onSocket: (socket, request) => accept(socket, { request, clock }),
  });
}

/** `no_begin` of `/no_begin/v1/audio/…`, empty without one; undefined for another path. */
function prefixOf(url: URL): string | undefined {
  const path = decodeSafely(url.pathname);
  if (!path.endsWith(STREAM_PATH)) return undefined;
  return path.slice(0, -STREAM_PATH.length).replace(/^\//, '');
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function accept(
  socket: Socket,
  { request, clock }: { readonly request: UpgradeRequest; readonly clock: Clock },
): void {
  try {
    const behaviour = behaviourOf({
      url: request.url,
      authorization: request.headers.authorization,
      pathPrefix: prefixOf(request.url) ?? '',
    });
    const query = readQuery(request.url);
    startMockSession({ socket, query, clock, play: (stage) => play(behaviour, stage) });
  } catch (error) {
    const message = errorMessage(toRtError(error), false);
    socket.onMessage(() => undefined);
    socket.send(encodeMessage({ ...message, seq: 1 }));
    socket.close(CLOSE_CODE[message.code], message.code);
  }
}

/** The parameters of the real wire, which knows no `mock`. @throws RtError invalid_parameters */
function readQuery(url: URL): MockSessionOptions['query'] {
  const parameters = new URLSearchParams(url.searchParams);
  parameters.delete('mock');
  const query: StreamQuery = parseStreamQuery(parameters);
  const { encoding } = query;
  if (isPcmEncoding(encoding)) return { ...query, encoding };
  throw new RtError('invalid_parameters', `encoding=${encoding} is not understood by the mock.`, {
    hint: 'Send pcm_s16le, pcm_f32le, mulaw or alaw.',
  });
}
