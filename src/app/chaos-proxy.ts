/** `rt chaos proxy`: fault proxies and the HTTP port that controls them. */
import type { IncomingMessage } from 'node:http';
import { RtError } from '../base/errors.ts';
import { answerControl, isControlPath, type Route } from '../chaos/proxy/control.ts';
import { openFaultProxy } from '../chaos/proxy/fault-proxy.ts';
import type { RequestedToxic } from '../chaos/proxy/parse-toxic.ts';
import { formatAddress, parseAddress } from '../transport/address.ts';
import { problemAnswer, sendAnswer } from '../transport/http-answer.ts';
import { listen } from '../transport/ws-server.ts';
import { openOrClose } from './closing.ts';
import { createHealthHandler, type RequestHandler } from './health.ts';
import type { LogLevel, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';

export interface ChaosProxyOptions {
  readonly logLevel: LogLevel;
  /** Addresses as `HOST:PORT`; names are r1, r2 … in this order. */
  readonly routes: readonly { readonly listen: string; readonly upstream: string }[];
  readonly http: string;
  readonly toxics: readonly RequestedToxic[];
  readonly seed: number;
}

const MAX_BODY_BYTES = 64 * 1024;

/** @throws RtError config_invalid, address_in_use, usage for a toxic on a route that is not there */
export async function startChaosProxy(options: ChaosProxyOptions): Promise<RunningProcess> {
  const context = createContext('chaos-proxy', options);
  const { id, clock, log, exporter, closing } = context;
  return openOrClose(closing, async () => {
    const routes: Route[] = [];
    for (const { listen: from, upstream } of options.routes) {
      const proxy = await openFaultProxy({
        listen: parseAddress(from),
        upstream: parseAddress(upstream),
        seed: options.seed,
        clock,
      });
      closing.add('route', () => proxy.close());
      routes.push({ name: `r${String(routes.length + 1)}`, proxy });
    }
    for (const toxic of options.toxics) place(toxic, routes);
    const health = createHealthHandler({ readiness: () => 'ready', exporter });
    const server = await listen({
      ...parseAddress(options.http),
      clock,
      log,
      onRequest: createHandler(routes, health),
      route: () => ({ status: 404, reason: 'The control port takes no sockets; the routes do.' }),
      onSocket: (socket) => socket.close(1008, 'no sockets here'),
    });
    closing.add('server', () => server.close(0));
    const [first] = routes;
    return {
      role: 'chaos-proxy',
      id,
      url: first === undefined ? server.httpUrl : `tcp://${formatAddress(first.proxy.address)}`,
      http: server.httpUrl,
      drain: () => Promise.resolve('drained'),
      stop: () => closing.close(),
      failed: new Promise(() => undefined),
    };
  });
}

function place({ toxic, route, name }: RequestedToxic, routes: readonly Route[]): void {
  const chosen = routes.filter((one) => route === undefined || one.name === route);
  if (chosen.length === 0) {
    throw new RtError('usage', `There is no route ${String(route)} for the toxic ${toxic.kind}`, {
      hint: `Routes are named in the order they were given: ${routes.map((one) => one.name).join(', ')}.`,
    });
  }
  for (const { proxy } of chosen) proxy.add(toxic, name);
}

function createHandler(routes: readonly Route[], health: RequestHandler): RequestHandler {
  return async (request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (!isControlPath(path)) return health(request, response);
    const body = await readBody(request);
    const answer =
      body === 'too long'
        ? problemAnswer(413, { code: 'invalid_parameters', message: 'The body is longer than 64 KiB' })
        : await answerControl(routes, {
            method: request.method ?? 'GET',
            path,
            contentType: request.headers['content-type'],
            body: body.text,
          });
    sendAnswer(request, response, answer);
  };
}

async function readBody(request: IncomingMessage): Promise<{ readonly text: string } | 'too long'> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return sizeBytes > MAX_BODY_BYTES ? 'too long' : { text: Buffer.concat(chunks).toString('utf8') };
}
