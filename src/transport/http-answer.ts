/** An answer to a plain HTTP request, as data until it is sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import type { RtErrorCode } from '../base/errors.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `value` as a JSON document. */
export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

/** What is wrong, in the shape the commands print with --json. */
export function problemAnswer(
  status: number,
  problem: { readonly code: RtErrorCode; readonly message: string; readonly hint?: string },
): HttpAnswer {
  const { code, message, hint } = problem;
  const { ref, whatToDo } = ERROR_CATALOGUE[code];
  return jsonAnswer(status, {
    schema: 'rt.error/v1',
    error: { code, message, what_to_do: hint ?? whatToDo, ref },
  });
}

/** Sends `answer`; to a HEAD request, its headers alone. Nothing is stored, sniffed or shown inside other pages. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
