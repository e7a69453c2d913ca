/**
 * Plain HTTP of every process: /healthz, /readyz, /metrics, and whatever documents its role adds.
 *
 * Always true: /healthz answers while the process lives; nothing but GET and HEAD does anything; an answer says
 * in JSON what is wrong, never with a stack.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toRtError } from '../base/errors.ts';
import { type HttpAnswer, jsonAnswer, problemAnswer, sendAnswer } from '../transport/http-answer.ts';
import type { Exporter } from './prometheus.ts';

/** `ready`, or why not, in a few words. */
export type Readiness = 'ready' | { readonly reason: string };

export interface HealthOptions {
  readonly readiness: () => Readiness;
  readonly exporter: Exporter;
  /** Further documents by path; undefined: no such path. */
  readonly documents?: (url: URL) => Promise<HttpAnswer | undefined>;
}

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Never rejects but for a defect. */
export function createHealthHandler(options: HealthOptions): RequestHandler {
  return async (request, response) => {
    sendAnswer(request, response, await answer(request, options));
    // What a client still sends with a GET is not wanted.
    request.resume();
  };
}

async function answer(request: IncomingMessage, options: HealthOptions): Promise<HttpAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const refusal = problemAnswer(405, {
      code: 'invalid_parameters',
      message: 'Only GET and HEAD are answered here',
      hint: 'Ask with GET.',
    });
    return { ...refusal, headers: { allow: 'GET, HEAD' } };
  }
  const url = readPath(request.url ?? '');
  if (url === undefined)
    return problemAnswer(400, { code: 'invalid_parameters', message: 'The path cannot be read' });
  try {
    return (await ownAnswer(url.pathname, options)) ?? (await options.documents?.(url)) ?? notFound(url);
  } catch (error) {
    const { code, message } = toRtError(error);
    return problemAnswer(code === 'registry_unavailable' ? 503 : 500, { code, message });
  }
}

async function ownAnswer(path: string, options: HealthOptions): Promise<HttpAnswer | undefined> {
  switch (path) {
    case '/healthz':
      return jsonAnswer(200, { alive: true });
    case '/readyz': {
      const readiness = options.readiness();
      if (readiness === 'ready') return jsonAnswer(200, { ready: true });
      return jsonAnswer(503, { ready: false, reason: readiness.reason });
    }
    case '/metrics': {
      const { exporter } = options;
      return { status: 200, contentType: exporter.contentType, body: await exporter.text() };
    }
    default:
      return undefined;
  }
}

function readPath(target: string): URL | undefined {
  const base = 'http://server';
  return URL.canParse(target, base) ? new URL(target, base) : undefined;
}

function notFound(url: URL): HttpAnswer {
  return problemAnswer(404, {
    code: 'not_found',
    message: `There is nothing at ${url.pathname}`,
    hint: 'docs/http.md and docs/metrics.md list what there is.',
  });
}
