/**
 * The control API of fault proxies over HTTP, as a function of the request: `/v1/chaos/routes…`.
 *
 * It refuses a body that is not called JSON, so that no page in a browser on this machine can send one
 * without asking first. Every answer is a document of schema rt.chaos/v1 or rt.error/v1.
 */
import { RtError } from '../../base/errors.ts';
import { formatAddress } from '../../transport/address.ts';
import { type HttpAnswer, jsonAnswer, problemAnswer } from '../../transport/http-answer.ts';
import type { FaultProxy, ProxyCounters } from './fault-proxy.ts';
import { completeToxic, readName } from './parse-toxic.ts';
import type { NamedToxic } from './toxic.ts';

/** A proxy under the name by which requests and flags know it: `r1` is the first. */
export interface Route {
  readonly name: string;
  readonly proxy: FaultProxy;
}

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  /** The whole body; empty where there is none. */
  readonly body: string;
}

/** Whether `path` is one this API answers. */
export function isControlPath(path: string): boolean {
  return path === ROOT || path.startsWith(`${ROOT}/`);
}

const ROOT = '/v1/chaos/routes';

/** Answers a request below `/v1/chaos/routes`; faults become answers. */
export async function answerControl(routes: readonly Route[], request: ControlRequest): Promise<HttpAnswer> {
  try {
    return await dispatch(routes, request);
  } catch (error) {
    if (!(error instanceof RtError)) throw error;
    const { code, message, hint } = error;
    return problemAnswer(code === 'not_found' ? 404 : code === 'invalid_parameters' ? 400 : 500, {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

async function dispatch(routes: readonly Route[], request: ControlRequest): Promise<HttpAnswer> {
  const [routeName, collection, toxicName, ...rest] = request.path.slice(ROOT.length + 1).split('/');
  if (routeName === undefined || routeName === '') {
    if (request.method !== 'GET') return notAllowed('GET');
    return jsonAnswer(200, { schema: 'rt.chaos/v1', routes: routes.map(routeDocument) });
  }
  const route = routes.find(({ name }) => name === routeName);
  if (route === undefined || rest.length > 0 || (collection ?? 'toxics') !== 'toxics')
    throw nothingAt(request.path);
  if (collection === undefined) {
    return request.method === 'GET' ? routeAnswer(200, route) : notAllowed('GET');
  }
  return toxicName === undefined
    ? answerToxics(route, request)
    : answerToxic(route, { ...request, toxicName });
}

async function answerToxics(route: Route, request: ControlRequest): Promise<HttpAnswer> {
  switch (request.method) {
    case 'GET':
      return routeAnswer(200, route);
    case 'POST': {
      const { name, ...spec } = readBody(request);
      const { name: added } = route.proxy.add(
        completeToxic(spec, 'invalid_parameters'),
        readName(name, 'invalid_parameters'),
      );
      return toxicAnswer(
        201,
        route.proxy.toxics.find((toxic) => toxic.name === added),
      );
    }
    case 'DELETE':
      for (const { name } of route.proxy.toxics) await route.proxy.remove(name);
      return routeAnswer(200, route);
    default:
      return notAllowed('GET, POST, DELETE');
  }
}

async function answerToxic(
  { proxy, name: routeName }: Route,
  request: ControlRequest & { readonly toxicName: string },
): Promise<HttpAnswer> {
  const { toxicName } = request;
  const toxic = proxy.toxics.find(({ name }) => name === toxicName);
  if (toxic === undefined) throw new RtError('not_found', `${routeName} has no toxic named ${toxicName}`);
  switch (request.method) {
    case 'GET':
      return toxicAnswer(200, toxic);
    case 'PATCH':
      return toxicAnswer(200, proxy.change(toxicName, readBody(request)));
    case 'DELETE':
      await proxy.remove(toxicName);
      return toxicAnswer(200, toxic);
    default:
      return notAllowed('GET, PATCH, DELETE');
  }
}

function readBody({ contentType = '', body }: ControlRequest): Readonly<Record<string, unknown>> {
  if (!/^application\/json\b/i.test(contentType)) {
    throw new RtError('invalid_parameters', 'The body must be JSON and say so', {
      hint: 'Send it with the header content-type: application/json.',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new RtError('invalid_parameters', 'The body is not a JSON object', {
    hint: 'Send for example {"kind":"latency","ms":200}.',
  });
}

function routeAnswer(status: number, route: Route): HttpAnswer {
  return jsonAnswer(status, { schema: 'rt.chaos/v1', ...routeDocument(route) });
}

function toxicAnswer(status: number, toxic: NamedToxic | undefined): HttpAnswer {
  return jsonAnswer(status, { schema: 'rt.chaos/v1', toxic: toxic ?? null });
}

function routeDocument({ name, proxy }: Route): object {
  return {
    name,
    listen: formatAddress(proxy.address),
    upstream: formatAddress(proxy.upstream),
    toxics: proxy.toxics,
    counters: countersDocument(proxy.counters()),
  };
}

function countersDocument(counters: ProxyCounters): object {
  const { opened, active, unreachable, cut, reset, bytes } = counters;
  return {
    connections: { opened, active, unreachable, cut, reset },
    bytes,
    dropped_bytes: counters.droppedBytes,
    frames: {
      pongs_dropped: counters.pongsDropped,
      duplicated: counters.framesDuplicated,
      reordered: counters.framesReordered,
    },
  };
}

function nothingAt(path: string): RtError {
  return new RtError('not_found', `There is nothing at ${path}`, {
    hint: `GET ${ROOT} lists the routes and their toxics.`,
  });
}

function notAllowed(allow: string): HttpAnswer {
  const message = `Only ${allow} is answered here`;
  const refusal = problemAnswer(405, { code: 'invalid_parameters', message, hint: `Ask with ${allow}.` });
  return { ...refusal, headers: { allow } };
}
