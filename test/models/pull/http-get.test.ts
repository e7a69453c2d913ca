import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpGet, followed, publishedIn } from '../../../src/models/pull/http-get.ts';
import { type FileServer, redirectTo, stallAfter, startFileServer } from '../../support/file-server.ts';

const signal = new AbortController().signal;

let hub: FileServer;
let storage: FileServer;
beforeEach(async () => {
  [hub, storage] = await Promise.all([startFileServer(), startFileServer()]);
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([hub.close(), storage.close()]);
});

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a request', () => {
  it('[MOD-6] [MOD-7] follows a hub to its storage and keeps what the hub said of the file', async () => {
    storage.put('/blob', 'content');
    const sum = 'a'.repeat(64);
    const commit = 'b'.repeat(40);
    const told = { 'x-linked-etag': `"${sum}"`, 'x-linked-size': '7', 'x-repo-commit': commit };
    hub.always('/file', redirectTo(`${storage.url}/blob`, told));
    const answer = await createHttpGet('rt/test')(`${hub.url}/file`, {
      signal,
      headers: { range: 'bytes=3-' },
    });
    expect(answer.status).toBe(206);
    expect(await textOf(answer.body)).toBe('tent');
    expect(answer.published).toEqual({ sha256: sum, bytes: 7, revision: commit });
  });

  it('[MOD-6] does not follow for ever', async () => {
    hub.always('/loop', redirectTo('/loop'));
    await expect(createHttpGet('rt/test')(`${hub.url}/loop`, { signal })).rejects.toMatchObject({
      code: 'download_failed',
      message: `${hub.url}/loop redirects more than 5 times`,
    });
    expect(hub.requests).toHaveLength(6);
  });

  it('[MOD-5] ends when the server falls silent', async () => {
    hub.put('/file', 'content');
    hub.always('/file', stallAfter(3));
    const answer = await createHttpGet('rt/test', 300)(`${hub.url}/file`, { signal });
    await expect(textOf(answer.body)).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
    hub.always('/mute', () => undefined);
    await expect(createHttpGet('rt/test', 300)(`${hub.url}/mute`, { signal })).rejects.toMatchObject({
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
  });

  it('[MOD-6] goes through the proxy of the environment', async () => {
    storage.put('/file', 'content');
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    const answer = await createHttpGet('rt/test')(`${storage.url}/file`, { signal });
    expect(await textOf(answer.body)).toBe('content');
    expect(proxy.targets).toEqual([new URL(storage.url).host]);
    await proxy.close();
  });
});

describe('a redirect', () => {
  it.each([
    ['https://a/x', 'https://b/y', 'https://b/y'],
    ['https://a/x', '/y', 'https://a/y'],
    ['http://a/x', 'https://b/y', 'https://b/y'],
    ['http://a/x', 'http://b/y', 'http://b/y'],
  ])('[MOD-6] from %s to %s is followed', (from, location, to) => {
    expect(followed(from, location)).toBe(to);
  });

  it.each(['http://b/y', 'file:///etc/passwd', 'http://'])(
    '[MOD-6] from https to %s is refused',
    (location) => {
      expect(() => followed('https://a/x', location)).toThrow(
        `redirects to ${location}, which is not followed`,
      );
    },
  );
});

describe('what a publisher tells', () => {
  it.each([
    ['a tag that is no SHA-256', { 'x-linked-etag': '"0123"' }],
    ['a size that is none', { 'x-linked-size': 'many' }],
    ['a branch for a commit', { 'x-repo-commit': 'main' }],
  ])('[MOD-7] is not taken from %s', (_, headers) => {
    expect(publishedIn(headers)).toEqual({});
  });
});

interface Proxy {
  readonly url: string;
  readonly targets: readonly string[];
  close(): Promise<void>;
}

async function startProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const server: Server = createServer().on('connect', (request, client) => {
    targets.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    close: async () => void server.close(),
  };
}
