/** How a gateway answers over HTTP and as a WebSocket: a session without audio, from begin to end. Never rejects. */
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError, toRtError } from '../../base/errors.ts';
import { within } from '../../base/within.ts';
import { gatewayReadiness } from '../../client/gateway-readiness.ts';
import { type Link, openLink } from '../../client/link.ts';
import type { ReceivedMessage } from '../../client/metrics.ts';

export interface NetFacts {
  readonly gateway: string;
  /** Status of /healthz; undefined where nothing answered, and why. */
  readonly health: { readonly status: number } | { readonly reason: string };
  /** `ready`, or why not. */
  readonly readiness: string;
  readonly session: SessionFacts;
}

export type SessionFacts =
  | { readonly type: 'not tried'; readonly reason: string }
  /** What stopped it; `openMs` when the WebSocket had opened. */
  | { readonly type: 'failed'; readonly fault: RtError; readonly openMs?: number }
  | {
      readonly type: 'ended';
      /** Until the WebSocket was open, until session.begin, and from `end` to session.end. */
      readonly openMs: number;
      readonly beginMs: number;
      readonly endMs: number;
      readonly model: string;
      readonly pingsMs: readonly number[];
    };

export interface NetFactsOptions {
  readonly gateway: string;
  readonly clock: Clock;
  /** Of each step. */
  readonly timeoutMs: number;
  /** Whether a session may be opened: it takes a slot for some milliseconds. */
  readonly mayOpen: boolean;
}

const PINGS = 5;

export async function gatherNetFacts(options: NetFactsOptions): Promise<NetFacts> {
  const { gateway, timeoutMs } = options;
  const health = await askHealth(gateway, timeoutMs);
  if ('reason' in health) {
    const reason = 'nothing answers';
    return { gateway, health, readiness: reason, session: { type: 'not tried', reason } };
  }
  const readiness = await gatewayReadiness(gateway, timeoutMs);
  const session: SessionFacts = options.mayOpen
    ? await trySession(options)
    : { type: 'not tried', reason: 'this is read only' };
  return { gateway, health, readiness, session };
}

async function askHealth(gateway: string, timeoutMs: number): Promise<NetFacts['health']> {
  try {
    const url = `${gateway.replace(/^ws/, 'http').replace(/\/+$/, '')}/healthz`;
    const { status } = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    return { status };
  } catch (error) {
    return { reason: messageOf(error instanceof Error && error.cause ? error.cause : error) };
  }
}

/** Holds a slot for some milliseconds and sends no audio. */
export async function trySession(options: Omit<NetFactsOptions, 'mayOpen'>): Promise<SessionFacts> {
  const { gateway, clock, timeoutMs } = options;
  const startMs = clock.nowMs();
  let openMs: number | undefined;
  let link: Link | undefined;
  try {
    link = await openLink(
      { gateway, sampleRate: 16_000, channels: 1, encoding: 'pcm_s16le', connectTimeoutMs: timeoutMs },
      { clock },
    );
    openMs = clock.nowMs() - startMs;
    const told = link.messages[Symbol.asyncIterator]();
    const begin = await next(told, 'session.begin', options);
    const beginMs = clock.nowMs() - startMs;
    const pingsMs = await ping(link, options);
    const endedAtMs = clock.nowMs();
    link.say({ type: 'end' });
    await next(told, 'session.end', options);
    const endMs = clock.nowMs() - endedAtMs;
    return { type: 'ended', openMs, beginMs, endMs, model: begin.model, pingsMs };
  } catch (error) {
    const fault = toRtError(error, 'gateway_unreachable');
    return { type: 'failed', fault, ...(openMs === undefined ? {} : { openMs }) };
  } finally {
    link?.close(1000);
  }
}

/** The next message of `type`; an error that ends the session is thrown as what it is. */
async function next<Type extends ReceivedMessage['type']>(
  told: AsyncIterator<ReceivedMessage>,
  type: Type,
  { clock, timeoutMs }: Pick<NetFactsOptions, 'clock' | 'timeoutMs'>,
): Promise<Extract<ReceivedMessage, { readonly type: Type }>> {
  for (;;) {
    const answer = await within(clock, timeoutMs, told.next());
    if (answer === 'late') throw new RtError('timeout', `No ${type} within ${String(timeoutMs)} ms`);
    if (answer.done === true) throw new RtError('session_failed', `The connection ended before ${type}`);
    const message = answer.value;
    if (message.type === type) return message as Extract<ReceivedMessage, { readonly type: Type }>;
    if (message.type === 'error' && !message.recoverable) throw new RtError(message.code, message.message);
  }
}

async function ping(
  link: Link,
  { clock, timeoutMs }: Pick<NetFactsOptions, 'clock' | 'timeoutMs'>,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < PINGS; count += 1) {
    const ms = await within(clock, timeoutMs, link.ping());
    if (ms === 'late' || ms === undefined) break;
    took.push(ms);
  }
  return took;
}
