import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUrl } from '../../src/audio/url-input.ts';
import { type FileServer, startFileServer } from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
  server.put('/call.wav', Buffer.alloc(300_000, 7));
});
afterAll(() => server.close());

async function fetchAll(path: string, query = ''): Promise<number> {
  let length = 0;
  for await (const piece of (await openUrl(`${server.url}${path}${query}`)).bytes) length += piece.length;
  return length;
}

describe('an address', () => {
  it('[AUD-17] is read as its server sends it, named without what may be secret', async () => {
    const { label, totalBytes } = await openUrl(
      `${server.url.replace('//', '//me:word@')}/call.wav?key=secret`,
    );
    expect(label).toBe(`${new URL(server.url).host}/call.wav`);
    expect(totalBytes).toBe(300_000);
    expect(await fetchAll('/call.wav')).toBe(300_000);
  });

  it('[AUD-17] gives its user and password in a header', async () => {
    let seen: string | undefined;
    server.script('/private.wav', (request, response) => {
      seen = request.headers.authorization;
      response.end('RIFF');
    });
    await openUrl(`${server.url.replace('//', '//me:w%40rd@')}/private.wav`);
    expect(seen).toBe(`Basic ${Buffer.from('me:w@rd').toString('base64')}`);
  });

  it('[AUD-17] is followed where its server sends it', async () => {
    server.always('/old.wav', (_, response) => response.writeHead(302, { location: '/call.wav' }).end());
    expect(await fetchAll('/old.wav')).toBe(300_000);
  });

  it.each([
    ['that does not exist', 404, 'Not Found'],
    ['that may not be read', 403, 'Forbidden'],
    ['of a server that fails', 500, 'Internal Server Error'],
  ])('[AUD-17] %s is told with the answer', async (_, status, text) => {
    server.always('/refused.wav', (__, response) => response.writeHead(status).end('<html>'));
    await expect(openUrl(`${server.url}/refused.wav?key=secret`)).rejects.toMatchObject({
      code: 'file_unreadable',
      message: `${new URL(server.url).host}/refused.wav answers ${String(status)} ${text}`,
    });
  });

  it.each([
    ['a length', { 'content-length': '300000' }],
    ['chunks', {}],
  ])('[AUD-17] that breaks off in the middle of %s is a fault, not an end', async (_, headers) => {
    server.script('/broken.wav', (__, response, content) => {
      response.writeHead(200, headers);
      response.write(content.length === 0 ? Buffer.alloc(100_000) : content, () => response.destroy());
    });
    await expect(fetchAll('/broken.wav')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringMatching(/\/broken\.wav broke off after \d+ bytes: /),
    });
  });

  it('[AUD-17] where nobody listens is told with the reason', async () => {
    await expect(openUrl('http://127.0.0.1:9/a.wav')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringMatching(/^Cannot fetch 127\.0\.0\.1:9\/a\.wav: /),
    });
  });

  it('is no longer waited for once that is not wanted', async () => {
    server.script('/slow.wav', () => undefined);
    const wanted = new AbortController();
    const opening = openUrl(`${server.url}/slow.wav`, wanted.signal);
    wanted.abort(new Error('not wanted'));
    await expect(opening).rejects.toThrow('not wanted');
  });
});
