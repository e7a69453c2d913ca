/**
 * Opens a WebSocket to a gateway or a worker. It never offers compression (116 KiB a connection) and
 * follows no redirect. Errors name the peer without the query, which may hold a token.
 */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../base/clock.ts';
import { messageOf, RtError, type RtErrorCode } from '../base/errors.ts';
import type { Socket } from './socket.ts';
import { CLOSE_TIMEOUT_MS, createWsSocket } from './ws-socket.ts';

/** Longest body of a refusal that is read and shown. */
const MAX_BODY_BYTES = 1_024;

export interface DialOptions {
  readonly url: string;
  readonly subprotocols?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For TCP connection and handshake together. */
  readonly timeoutMs: number;
  readonly maxPayloadBytes: number;
  /** The code for a peer that does not answer or answers something else than a WebSocket. */
  readonly unreachable: Extract<RtErrorCode, 'gateway_unreachable' | 'worker_unreachable'>;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Resolves with an open socket, which is paused until it has a listener.
 * @throws RtError usage (malformed URL, header or subprotocol), unauthenticated (401), forbidden (403), rate_limited (429),
 * interrupted (aborted by `signal`), else `options.unreachable`
 */
export async function dial(options: DialOptions): Promise<Socket> {
  const target = peerOf(options.url);
  const clock = options.clock ?? systemClock;
  const ws = createClient(options, target.name);
  return new Promise((resolve, reject) => {
    const settled = new AbortController();
    const fail = (error: RtError): void => {
      if (settled.signal.aborted) return;
      settled.abort();
      reject(error);
      ws.terminate();
    };
    const unreachable = (problem: string, cause?: unknown): void =>
      fail(new RtError(options.unreachable, `No WebSocket at ${target.name}: ${problem}.`, { cause }));
    ws.on('error', (error) => unreachable(describe(error), error));
    ws.on('unexpected-response', (_request, response) => {
      void readBody(response).then((body) =>
        fail(refusal(response, { ...options, body, name: target.name })),
      );
    });
    ws.on('open', () => {
      settled.abort();
      resolve(createWsSocket(ws, { remoteAddress: target.host, clock }));
    });
    clock.sleep(options.timeoutMs, settled.signal).then(
      () => unreachable(`no answer within ${String(options.timeoutMs)} ms`),
      () => undefined,
    );
    const onAbort = (): void =>
      fail(new RtError('interrupted', `Connecting to ${target.name} was interrupted.`));
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true, signal: settled.signal });
  });
}

function createClient({ url, subprotocols, headers, maxPayloadBytes }: DialOptions, name: string): WebSocket {
  const limits = { closeTimeout: CLOSE_TIMEOUT_MS, maxPayload: maxPayloadBytes };
  const handshake = { perMessageDeflate: false, followRedirects: false, headers: { ...headers } };
  try {
    return new WebSocket(url, [...(subprotocols ?? [])], { ...limits, ...handshake });
  } catch (cause) {
    // A header or subprotocol with characters HTTP does not allow: usually a damaged token.
    throw new RtError('usage', `Cannot ask ${name} for a WebSocket: ${messageOf(cause)}.`, { cause });
  }
}

function peerOf(text: string): { readonly name: string; readonly host: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['ws:', 'wss:'].includes(url.protocol) || url.hash !== '') {
    // Not echoed as a whole: a mistyped URL may still hold a token or a password.
    const shown = text.includes('@') ? '…' : text.replace(/[?#].*$/s, '…');
    throw new RtError('usage', `"${shown}" is not a WebSocket URL.`, {
      hint: 'Write ws://HOST:PORT or wss://HOST:PORT.',
    });
  }
  return { name: `${url.protocol}//${url.host}${url.pathname}`, host: url.hostname };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection timed out',
};

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return DESCRIPTIONS[code] ?? (error.message.replace(/\.$/, '') || code);
}

function refusal(
  response: IncomingMessage,
  context: { readonly body: string; readonly name: string; readonly unreachable: RtErrorCode },
): RtError {
  const status = response.statusCode ?? 0;
  const code =
    ({ 401: 'unauthenticated', 403: 'forbidden', 429: 'rate_limited' } as const)[status] ??
    context.unreachable;
  const retryAfterS = Number(response.headers['retry-after']);
  const said = context.body === '' ? '' : `: ${context.body}`;
  return new RtError(code, `${context.name} answered HTTP ${String(status)}${said}`, {
    ...(retryAfterS > 0 ? { retryAfterMs: retryAfterS * 1_000 } : {}),
  });
}

/** The first line of a short text body, without control characters; never rejects. */
async function readBody(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) {
      text += chunk;
      if (text.length >= MAX_BODY_BYTES) break;
    }
  } catch {
    // What came before the cut is still worth showing.
  }
  const [line = ''] = text.slice(0, MAX_BODY_BYTES).split(/[\r\n]/, 1);
  return line.replace(/\p{Cc}/gu, '').trim();
}
