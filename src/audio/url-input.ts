/**
 * An http(s) address as bytes. Redirects are followed; an answer that is no file, and a transfer that breaks off, are
 * faults that name host and path only, since credentials and queries may hold secrets.
 */
import { messageOf, RtError } from '../base/errors.ts';

/** A file whose transfer has begun. */
export interface UrlInput {
  /** Host and path. */
  readonly label: string;
  /** As the server declared it. */
  readonly totalBytes: number | undefined;
  /** Throws RtError file_unreadable where the transfer ends before the file does. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** @throws RtError file_unreadable, or the signal's reason */
export async function openUrl(address: string, signal?: AbortSignal): Promise<UrlInput> {
  const { url, headers, label } = requestOf(address);
  const response = await fetch(url, { headers, ...(signal === undefined ? {} : { signal }) }).catch(
    (error: unknown) => {
      signal?.throwIfAborted();
      throw unreadable(`Cannot fetch ${label}: ${causeOf(error)}`, error);
    },
  );
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw unreadable(`${label} answers ${String(response.status)} ${response.statusText}`.trimEnd());
  }
  const length = response.headers.get('content-length');
  // A length counts what crosses the network, which is not what is read where the server compressed it.
  const isPlain = length !== null && response.headers.get('content-encoding') === null;
  const totalBytes = isPlain ? Number(length) : undefined;
  return { label, totalBytes, bytes: readBody(response.body, label) };
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  label: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let readBytes = 0;
  try {
    for await (const piece of body) {
      readBytes += piece.byteLength;
      yield piece;
    }
  } catch (error) {
    throw unreadable(`${label} broke off after ${String(readBytes)} bytes: ${causeOf(error)}`, error);
  }
}

/** Credentials belong in a header: fetch refuses them in an address. */
function requestOf(address: string): {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly label: string;
} {
  if (!URL.canParse(address)) {
    throw new RtError('file_unreadable', 'The address is not valid', {
      hint: 'http://HOST/PATH is expected.',
    });
  }
  const url = new URL(address);
  const { username, password, host, pathname } = url;
  url.username = '';
  url.password = '';
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  const headers = {
    // Compressed again, a recording gains nothing and loses its length.
    'accept-encoding': 'identity',
    ...(username === '' ? {} : { authorization }),
  };
  return { url, headers, label: host + pathname };
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

function unreadable(message: string, cause?: unknown): RtError {
  return new RtError('file_unreadable', message, {
    cause,
    hint: 'Check the address with: curl -I ADDRESS, or fetch the file first and stream it from the disk.',
  });
}
