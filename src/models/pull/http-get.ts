/**
 * GET with redirects followed by hand, because a hub tells the checksum of a file only in the answer that
 * redirects to its storage. Nothing is decompressed, a silent server is given up, and the step from https to
 * http is refused. Proxies are those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 */
import { EnvHttpProxyAgent, request } from 'undici';
import { RtError } from '../../base/errors.ts';

/** What the publisher says of a file, where it does. */
export interface Published {
  readonly sha256?: string;
  readonly bytes?: number;
  /** Commit that a branch or tag means at this moment. */
  readonly revision?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly published: Published;
  /** Consumed or dropped, exactly once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of a body nobody wants. */
  drop(): void;
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** @throws RtError download_failed for an address or a redirect that is not to be followed; network errors as they are */
export type HttpGet = (url: string, options: HttpRequest) => Promise<HttpAnswer>;

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Longest silence, before the headers and within the body. */
const SILENCE_MS = 30_000;

export function createHttpGet(userAgent: string, silenceMs: number = SILENCE_MS): HttpGet {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  return async (start, { headers: asked = {}, signal }) => {
    let url = start;
    let published: Published = {};
    for (let step = 0; step <= MOST_REDIRECTS; step++) {
      const answer = await request(url, {
        dispatcher,
        signal,
        headers: { 'user-agent': userAgent, 'accept-encoding': 'identity', ...asked },
      });
      const { statusCode: status, body } = answer;
      const headers = singleValues(answer.headers);
      published = { ...published, ...publishedIn(headers) };
      const location = headers['location'];
      const drop = (): void => {
        body.on('error', () => undefined).destroy();
      };
      if (!REDIRECTS.includes(status) || location === undefined) {
        return { status, headers, published, body, drop };
      }
      drop();
      url = followed(url, location);
    }
    throw new RtError('download_failed', `${start} redirects more than ${MOST_REDIRECTS} times`);
  };
}

/** @throws RtError download_failed */
export function followed(from: string, location: string): string {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isKept = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.startsWith('http:'));
  if (to !== undefined && isKept) return to.href;
  throw new RtError('download_failed', `${from} redirects to ${location}, which is not followed`, {
    hint: 'Redirects may lead to https, and to http only from http.',
  });
}

/** Large files are known by their SHA-256; small ones have a tag of another kind, which says nothing here. */
export function publishedIn(headers: Readonly<Record<string, string>>): Published {
  const tag = /^"?([0-9a-f]{64})"?$/.exec(headers['x-linked-etag'] ?? '')?.[1];
  const bytes = /^\d+$/.test(headers['x-linked-size'] ?? '') ? Number(headers['x-linked-size']) : undefined;
  const revision = /^[0-9a-f]{40}$/.exec(headers['x-repo-commit'] ?? '')?.[0];
  return {
    ...(tag === undefined ? {} : { sha256: tag }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(revision === undefined ? {} : { revision }),
  };
}

function singleValues(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) values[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return values;
}
