/**
 * What an answer to "the rest of this file, please" means. Pure: the whole protocol of resuming is here.
 *
 * Always true: bytes are appended only behind bytes of the same version of the file, told by its validator; an
 * answer of another version, or from another position, starts the file over.
 */
import { RtError } from '../../base/errors.ts';

export interface Asked {
  /** For messages. */
  readonly url: string;
  readonly offsetBytes: number;
  /** `ETag` or `Last-Modified` of what is there already. */
  readonly validator: string | undefined;
  /** Exact size, where the publisher states one. */
  readonly expectedBytes: number | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

export type Verdict =
  /** The body goes to `fromBytes`; the file is complete at `totalBytes`, where that is told. */
  | { readonly type: 'write'; readonly fromBytes: number; readonly totalBytes: number | undefined }
  /** Everything is there already. */
  | { readonly type: 'complete' }
  /** What is there is of no use; ask again from the beginning. */
  | { readonly type: 'restart'; readonly reason: string }
  /** The server is unwell; ask again later. */
  | { readonly type: 'later'; readonly reason: string; readonly afterMs: number | undefined }
  | { readonly type: 'refused'; readonly error: RtError };

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

export function judge(asked: Asked, answered: Answered): Verdict {
  const { status, headers } = answered;
  if (status === 200) return sized(asked, { fromBytes: 0, totalBytes: lengthOf(headers['content-length']) });
  if (status === 206) return judgePart(asked, headers);
  if (status === 416 && asked.offsetBytes > 0) {
    const total = lengthOf(/^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
    return total === asked.offsetBytes ? { type: 'complete' } : restart('the server has less than is here');
  }
  if (TRANSIENT.includes(status)) {
    const afterMs = retryAfterMs(headers['retry-after'], answered.nowMs);
    return { type: 'later', reason: `the server answered ${status}`, afterMs };
  }
  return { type: 'refused', error: refusal(asked.url, status) };
}

function judgePart(asked: Asked, headers: Readonly<Record<string, string>>): Verdict {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  if (start === undefined || Number(start) !== asked.offsetBytes) {
    return asked.offsetBytes === 0
      ? {
          type: 'refused',
          error: new RtError('download_failed', `${asked.url} answers with a part nobody asked for`),
        }
      : restart('the server sent another part than it was asked for');
  }
  // A server that ignores If-Range answers with a part of a file that has changed.
  const version = validatorOf(headers);
  if (asked.validator !== undefined && version !== undefined && version !== asked.validator) {
    return restart('the file has changed at its server');
  }
  return sized(asked, { fromBytes: asked.offsetBytes, totalBytes: lengthOf(total) });
}

function sized(
  asked: Asked,
  found: { readonly fromBytes: number; readonly totalBytes: number | undefined },
): Verdict {
  const { expectedBytes } = asked;
  if (found.totalBytes !== undefined && expectedBytes !== undefined && found.totalBytes !== expectedBytes) {
    const message = `${asked.url} has ${found.totalBytes} bytes, ${expectedBytes} are published`;
    return { type: 'refused', error: new RtError('model_invalid', message, { hint: CHANGED }) };
  }
  return { type: 'write', fromBytes: found.fromBytes, totalBytes: found.totalBytes ?? expectedBytes };
}

const CHANGED =
  'The file or a mirror of it has changed. Try without --base-url, or look at the publisher’s page.';

function restart(reason: string): Verdict {
  return { type: 'restart', reason };
}

function refusal(url: string, status: number): RtError {
  if (status === 404 || status === 410) {
    return new RtError('not_found', `${url} does not exist (${status})`, {
      hint: 'The publisher may have moved it; pull by its new URL, or from a mirror with --base-url.',
    });
  }
  if (status === 401 || status === 403) {
    return new RtError('forbidden', `${url} may not be read without permission (${status})`, {
      hint: 'Fetch the files in a browser after accepting their terms, and pass --model with their folder.',
    });
  }
  return new RtError('download_failed', `${url} answered ${status}`);
}

/**
 * What names a version of a file: a strong ETag, else Last-Modified. A weak ETag may stay the same while bytes
 * change, so it names nothing.
 */
export function validatorOf(headers: Readonly<Record<string, string>>): string | undefined {
  const etag = headers['etag'];
  return etag?.startsWith('"') ? etag : headers['last-modified'];
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `Retry-After` as milliseconds from now: seconds or a date. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
