/**
 * Fetches one file into its part: asks, writes, asks again for the rest after whatever broke off.
 *
 * Always true: every byte of the part has gone through its hash; a part whose origin cannot be proven the same
 * is started over; after an abort or a full disk the part is what the next attempt goes on from.
 */
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import type { HttpAnswer, HttpGet, Published } from './http-get.ts';
import { expectSpace, type PartFile, type PartStore } from './part-file.ts';
import { patience } from './patience.ts';
import type { PullEvent } from './pull-event.ts';
import { judge, validatorOf, type Verdict } from './verdict.ts';

export interface FetchPorts {
  readonly get: HttpGet;
  readonly parts: PartStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PullEvent) => void;
}

export interface FetchJob {
  readonly url: string;
  /** Name for events. */
  readonly file: string;
  /** Folder of the part, for the space it has. */
  readonly folder: string;
  readonly part: PartFile;
  readonly expectedBytes: number | undefined;
  /** Of the version the part belongs to, from an earlier process. */
  readonly validator: string | undefined;
  /** Told before the first byte of a version is written. */
  readonly onVersion: (version: {
    readonly validator?: string;
    readonly published: Published;
  }) => Promise<void>;
}

/**
 * Resolves when the part is complete.
 * @throws RtError download_failed, not_found, forbidden, model_invalid, disk_full, or the signal's reason
 */
export async function fetchFile(job: FetchJob, ports: FetchPorts): Promise<void> {
  const { clock, signal, onEvent } = ports;
  let validator = job.validator;
  let failures = 0;
  // Without a name for its version nothing may be appended to it.
  if (job.part.bytes > 0 && validator === undefined) await job.part.restart();
  for (;;) {
    const before = job.part.bytes;
    const attempt = await ask(job, validator, ports);
    validator = attempt.validator;
    if (attempt.type === 'complete') return;
    if (attempt.type === 'refused') throw attempt.error;
    if (attempt.type === 'restart') {
      onEvent({ type: 'restart', file: job.file, reason: attempt.reason });
      await job.part.restart();
    }
    failures = job.part.bytes > before ? 1 : failures + 1;
    const afterMs = attempt.type === 'later' ? attempt.afterMs : undefined;
    const next = patience(failures, afterMs);
    if (next.type === 'give-up')
      throw givenUp(job, { reason: attempt.reason, retryAfterMs: next.retryAfterMs });
    if (attempt.type === 'restart') continue;
    onEvent({ type: 'retry', file: job.file, reason: attempt.reason, afterMs: next.pauseMs });
    await clock.sleep(next.pauseMs, signal);
  }
}

type Attempt = Exclude<Verdict, { readonly type: 'write' }> & { readonly validator: string | undefined };

async function ask(job: FetchJob, validator: string | undefined, ports: FetchPorts): Promise<Attempt> {
  const { signal, clock } = ports;
  const { url, part, expectedBytes } = job;
  const offsetBytes = part.bytes;
  let answer: HttpAnswer;
  try {
    answer = await ports.get(url, { signal, headers: rangeHeaders(offsetBytes, validator) });
  } catch (error) {
    return { ...interrupted(error, signal), validator };
  }
  const { status, headers, published } = answer;
  const nowMs = clock.date().getTime();
  const expected = expectedBytes ?? published.bytes;
  const verdict = judge({ url, offsetBytes, validator, expectedBytes: expected }, { status, headers, nowMs });
  if (verdict.type !== 'write') {
    answer.drop();
    return { ...verdict, validator: verdict.type === 'restart' ? undefined : validator };
  }
  const version = validatorOf(headers);
  if (verdict.fromBytes === 0) {
    if (offsetBytes > 0)
      ports.onEvent({ type: 'restart', file: job.file, reason: 'the file is sent as a whole' });
    await part.restart();
    await job.onVersion({ ...(version === undefined ? {} : { validator: version }), published });
  }
  return {
    ...(await receive(job, { answer, totalBytes: verdict.totalBytes }, ports)),
    validator: version ?? validator,
  };
}

function rangeHeaders(offsetBytes: number, validator: string | undefined): Readonly<Record<string, string>> {
  if (offsetBytes === 0 || validator === undefined) return {};
  return { range: `bytes=${offsetBytes}-`, 'if-range': validator };
}

async function receive(
  job: FetchJob,
  { answer, totalBytes }: { readonly answer: HttpAnswer; readonly totalBytes: number | undefined },
  { parts, signal, onEvent }: FetchPorts,
): Promise<Exclude<Verdict, { readonly type: 'write' | 'restart' }>> {
  const { part, file } = job;
  const total = totalBytes === undefined ? {} : { totalBytes };
  onEvent({ type: 'file', file, fromBytes: part.bytes, ...total });
  try {
    if (totalBytes !== undefined) await expectSpace(parts, job.folder, totalBytes - part.bytes);
    for await (const chunk of answer.body) {
      await part.append(chunk);
      onEvent({ type: 'progress', file, receivedBytes: part.bytes, ...total });
      if (totalBytes !== undefined && part.bytes > totalBytes) return tooLong(job.url, totalBytes);
    }
  } catch (error) {
    answer.drop();
    return interrupted(error, signal);
  }
  if (totalBytes !== undefined && part.bytes < totalBytes)
    return { type: 'later', reason: 'it broke off', afterMs: 0 };
  return { type: 'complete' };
}

function tooLong(url: string, totalBytes: number): Verdict & { readonly type: 'refused' } {
  return {
    type: 'refused',
    error: new RtError('download_failed', `${url} sends more than the ${totalBytes} bytes it announced`),
  };
}

/** Our own faults and aborts go up; whatever else a connection throws is a reason to ask again. */
function interrupted(error: unknown, signal: AbortSignal): Verdict & { readonly type: 'later' } {
  signal.throwIfAborted();
  if (error instanceof RtError) throw error;
  const cause = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
  return { type: 'later', reason: REASONS[cause] ?? cause, afterMs: undefined };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_BODY_TIMEOUT: 'the server fell silent',
  UND_ERR_HEADERS_TIMEOUT: 'the server does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about',
};

function givenUp(
  job: FetchJob,
  { reason, retryAfterMs }: { readonly reason: string; readonly retryAfterMs: number | undefined },
): RtError {
  return new RtError('download_failed', `${job.url} could not be fetched: ${reason}`, { retryAfterMs });
}
