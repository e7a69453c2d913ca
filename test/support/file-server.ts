/**
 * A server of files on loopback that behaves as a test scripts it: by default as a good one does (ETag, Range,
 * If-Range), and for single requests in any of the ways servers fail.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request in place of the usual behaviour. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly atMs: number;
}

export interface FileServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** What `path` (percent-encoding removed) holds from now on. */
  put(path: string, content: Uint8Array | string): void;
  /** The next requests of `path` are answered by these, one each. */
  script(path: string, ...behaviours: readonly Behaviour[]): void;
  /** Every request of `path` is. */
  always(path: string, behaviour: Behaviour): void;
  /** Requests of `path` so far. */
  seen(path: string): readonly SeenRequest[];
  close(): Promise<void>;
}

export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, Buffer>();
  const scripts = new Map<string, Behaviour[]>();
  const standing = new Map<string, Behaviour>();
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({ path, range, ifRange: ifRange as string | undefined, atMs: performance.now() });
    const content = files.get(path) ?? Buffer.alloc(0);
    const behaviour = scripts.get(path)?.shift() ?? standing.get(path);
    if (behaviour !== undefined) behaviour(request, response, content);
    else if (files.has(path)) serve(request, response, content);
    else response.writeHead(404).end('no such file');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    put: (path, content) => void files.set(path, Buffer.from(content)),
    script: (path, ...behaviours) => void scripts.set(path, [...behaviours]),
    always: (path, behaviour) => void standing.set(path, behaviour),
    seen: (path) => requests.filter((request) => request.path === path),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function etagOf(content: Uint8Array): string {
  return `"${sha256(content).slice(0, 16)}"`;
}

/** What a good server does. */
export function serve(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const etag = etagOf(content);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
  const isSame = (request.headers['if-range'] ?? etag) === etag;
  if (Number.isNaN(from) || !isSame) {
    response.writeHead(200, { etag, 'content-length': content.length }).end(content);
  } else if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response
      .writeHead(206, { etag, 'content-range': range, 'content-length': content.length - from })
      .end(content.subarray(from));
  }
}

/** Sends `bytes` of the file, as if more were to come, and cuts the connection. */
export function cutAfter(bytes: number): Behaviour {
  return (_request, response, content) => {
    response.writeHead(200, { etag: etagOf(content), 'content-length': content.length });
    response.write(content.subarray(0, bytes), () => response.destroy());
  };
}

/** Sends `bytes` of the file and then nothing, with the connection open. */
export function stallAfter(bytes: number): Behaviour {
  return (_request, response, content) => {
    response.writeHead(200, { etag: etagOf(content), 'content-length': content.length });
    response.write(content.subarray(0, bytes));
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) => void response.writeHead(code, headers).end('an answer without a file');
}

/** The whole file, whatever part was asked for. */
export const wholeAlways: Behaviour = (_request, response, content) =>
  void response.writeHead(200, { etag: etagOf(content), 'content-length': content.length }).end(content);

/** As a hub does: to the storage, with what it knows of the file. */
export function redirectTo(url: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) => void response.writeHead(302, { location: url, ...headers }).end();
}
