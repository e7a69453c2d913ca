import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealthHandler, type Readiness } from '../../src/app/health.ts';
import { createExporter } from '../../src/app/prometheus.ts';
import { RtError } from '../../src/base/errors.ts';
import { jsonAnswer } from '../../src/transport/http-answer.ts';
import { listen, type WsServer } from '../../src/transport/ws-server.ts';

let readiness: Readiness = 'ready';
let failure: Error | undefined;
let server: WsServer;

beforeEach(async () => {
  readiness = 'ready';
  failure = undefined;
  server = await listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: createHealthHandler({
      readiness: () => readiness,
      exporter: createExporter(),
      documents: async ({ pathname, searchParams }) => {
        if (failure !== undefined) throw failure;
        return pathname === '/v1/thing' ? jsonAnswer(200, { thing: searchParams.get('name') }) : undefined;
      },
    }),
    route: () => ({ status: 404, reason: 'no sockets here' }),
    onSocket: () => {},
  });
});

afterEach(() => server.close(0));

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(server.httpUrl + path, init);

describe('plain HTTP of a process', () => {
  it('[MET-5] is alive whether it is ready or not', async () => {
    readiness = { reason: 'draining' };
    expect((await ask('/healthz')).status).toBe(200);
    const refused = await ask('/readyz');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ ready: false, reason: 'draining' });
    readiness = 'ready';
    const ready = await ask('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('[MET-8] answers 405 to %s', async (method) => {
    const response = await ask('/readyz', { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_parameters' } });
  });

  it('[MET-8] answers 404 in JSON, with nothing of the path as markup', async () => {
    const response = await ask('/<script>');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toMatchObject({ schema: 'rt.error/v1', error: { code: 'not_found' } });
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const response = await ask('/healthz', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  it('serves the documents of its role, with their query', async () => {
    expect(await (await ask('/v1/thing?name=a%20b')).json()).toEqual({ thing: 'a b' });
  });

  it('[HTTP-4] [HTTP-5] says 503 when the registry does not answer, and 500 without a stack for a defect', async () => {
    failure = new RtError('registry_unavailable', 'Redis does not answer');
    expect((await ask('/v1/thing')).status).toBe(503);
    failure = new TypeError('x is not a function');
    const response = await ask('/v1/thing');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/\.ts|\bat /);
  });
});
