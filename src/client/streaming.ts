/**
 * Sends one source of audio through one session at its pace and reads what comes back.
 *
 * Always true: the first sample is due when session.begin has come, so acquiring a worker is not counted as
 * latency; audio stops when the session does. Audio that ends early, because its source fails or because of `stop`,
 * ends as any other does, so that what was said is still told; `signal` closes the session before it is passed on.
 * The outcome is an answer, not an exception: only a gateway that falls silent or is not understood throws.
 */
import { int16ToS16le } from '../audio/pcm.ts';
import { paceChunks } from '../audio/pace.ts';
import type { Clock } from '../base/clock.ts';
import { RtError, toRtError } from '../base/errors.ts';
import type { ErrorMessage, SessionEnd } from '../protocol/server-messages.ts';
import { createStreamMetrics, type ReceivedMessage, type StreamMetrics } from './metrics.ts';
import type { SessionClose, StreamSession } from './ports.ts';

const SILENCE_TIMEOUT_MS = 30_000;
/** The same for somebody who has asked it to stop. */
const STOPPED_TIMEOUT_MS = 5_000;
/** How often a session is asked whether its silence is a lost connection. */
const LOOK_EVERY_MS = 1_000;

export interface StreamRunOptions {
  readonly session: StreamSession;
  /** Mono samples at `sampleRate`, read once. */
  readonly frames: AsyncIterable<Int16Array>;
  readonly sampleRate: number;
  readonly chunkMs: number;
  /** 1 is real time; `max` waits only for the gateway. */
  readonly speed: number | 'max';
  readonly clock: Clock;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Ends the audio: the session goes on until what was sent is transcribed. Its reason is an RtError. */
  readonly stop?: AbortSignal | undefined;
  /** Longest silence of the gateway after all audio was sent, before it is given up; 30 s where nothing is said. */
  readonly silenceTimeoutMs?: number;
  /** Each message, with the milliseconds since the first sample was due, and the figures that count it. */
  readonly onMessage: (message: ReceivedMessage, sinceOriginMs: number, metrics: StreamMetrics) => void;
  /** Each chunk before it is sent. */
  readonly onSamples?: ((samples: Int16Array) => void) | undefined;
  /** Position after each chunk that was sent. */
  readonly onSent?: (endSample: number) => void;
}

export interface StreamOutcome {
  readonly metrics: StreamMetrics;
  readonly end: SessionEnd | undefined;
  /** The error that ended the session; recoverable ones are not outcomes. */
  readonly error: ErrorMessage | undefined;
  readonly close: SessionClose;
  /** Why the audio ended before its source did: the fault of the source, or the reason of `stop`. */
  readonly cut: RtError | undefined;
}

/** What the reading side tells the sending side. */
interface Progress {
  originMs: number;
  lastMessageMs: number;
  end: SessionEnd | undefined;
  error: ErrorMessage | undefined;
  cut: RtError | undefined;
}

/** @throws RtError timeout, invalid_message, the signal's reason, or that of `stop` before the session has begun */
export async function streamAudio(options: StreamRunOptions): Promise<StreamOutcome> {
  const { session, clock, signal, stop } = options;
  // Ends sending and waiting as soon as either side is through.
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const metrics = createStreamMetrics(options.sampleRate, () => session.seqHoles);
  const progress: Progress = {
    originMs: 0,
    lastMessageMs: clock.nowMs(),
    end: undefined,
    error: undefined,
    cut: undefined,
  };
  let hasBegun = false;
  let sendFault: Error | undefined;

  const abandon = (): void => {
    session.close();
  };
  const abandonUnbegun = (): void => {
    if (!hasBegun) abandon();
  };
  signal.addEventListener('abort', abandon, { once: true });
  stop?.addEventListener('abort', abandonUnbegun, { once: true });
  try {
    signal.throwIfAborted();
    stop?.throwIfAborted();
    for await (const message of session.messages) {
      note(message, progress);
      if (message.type === 'session.begin' && !hasBegun) {
        progress.originMs = clock.nowMs();
        metrics.begin(progress.originMs);
        hasBegun = true;
        // Not awaited anywhere: it may be waiting for a source that never speaks again, such as a terminal.
        sendAudio(options, { metrics, progress, until }).catch((error: unknown) => {
          if (error === OVER) return;
          sendFault = toRtError(error);
          abandon();
        });
      }
      metrics.received(message);
      options.onMessage(message, hasBegun ? message.receivedMs - progress.originMs : 0, metrics);
    }
    signal.throwIfAborted();
    if (!hasBegun) stop?.throwIfAborted();
    if (sendFault !== undefined) throw sendFault;
    const { end, error, cut } = progress;
    return { metrics, end, error, cut, close: await session.closed };
  } finally {
    over.abort(OVER);
    signal.removeEventListener('abort', abandon);
    stop?.removeEventListener('abort', abandonUnbegun);
    session.close();
  }
}

/** The reason for which sending stops when the session is over: no fault. */
const OVER = new Error('the session is over');

function note(message: ReceivedMessage, progress: Progress): void {
  progress.lastMessageMs = message.receivedMs;
  if (message.type === 'session.end') progress.end = message;
  if (message.type === 'error' && !message.recoverable) progress.error = message;
}

interface Sending {
  readonly metrics: StreamMetrics;
  readonly progress: Progress;
  readonly until: AbortSignal;
}

/** Sends everything, or what there is until `stop` or a fault of the source; then waits for the answer. */
async function sendAudio(options: StreamRunOptions, state: Sending): Promise<void> {
  const { session, clock, stop } = options;
  const { metrics, progress, until } = state;
  const sending = sendChunks(options, state);
  try {
    // The source may be one that never speaks again, so a stop does not wait for it.
    await (stop === undefined ? sending : Promise.race([sending, rejectionOf(stop)]));
  } catch (error) {
    until.throwIfAborted();
    progress.cut = toRtError(error);
    if (error !== stop?.reason) metrics.cut();
    sending.catch(() => undefined);
  }
  until.throwIfAborted();
  session.end();
  progress.lastMessageMs = clock.nowMs();
  await watchSilence(options, state);
}

async function sendChunks(options: StreamRunOptions, { metrics, until }: Sending): Promise<void> {
  const { session, clock, sampleRate, chunkMs, speed, stop } = options;
  const pace = { sampleRate, chunkMs, speed, clock, signal: until };
  for await (const chunk of paceChunks(options.frames, pace)) {
    if (stop?.aborted === true) return;
    const endSample = chunk.startSample + chunk.samples.length;
    metrics.sent({ endSample, dueMs: chunk.dueMs });
    options.onSamples?.(chunk.samples);
    await session.send(int16ToS16le(chunk.samples));
    options.onSent?.(endSample);
  }
}

/** Never resolves; rejects with the signal's reason. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(toRtError(signal.reason));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  rejection.catch(() => undefined);
  return rejection;
}

/** @throws RtError timeout once the gateway has been silent for too long, or why the audio ended early */
async function watchSilence(options: StreamRunOptions, { progress, until }: Sending): Promise<never> {
  const { session, clock, stop, silenceTimeoutMs = SILENCE_TIMEOUT_MS } = options;
  for (;;) {
    const isCut = progress.cut !== undefined || stop?.aborted === true;
    const allowedMs = isCut ? Math.min(STOPPED_TIMEOUT_MS, silenceTimeoutMs) : silenceTimeoutMs;
    if (session.isRecovering && !isCut) progress.lastMessageMs = clock.nowMs();
    const quietMs = clock.nowMs() - progress.lastMessageMs;
    if (quietMs >= allowedMs) {
      if (progress.cut !== undefined) throw progress.cut;
      stop?.throwIfAborted();
      throw new RtError(
        'timeout',
        `The gateway has been silent for ${String(Math.round(quietMs))} ms after the audio ended`,
        {
          hint: 'Look at the worker of this session with "rt workers list" and at its log.',
        },
      );
    }
    await clock.sleep(Math.min(LOOK_EVERY_MS, allowedMs - quietMs), until);
  }
}

/** The fault a failed session is for whoever ran it, or undefined when it ended as it should. */
export function faultOf(outcome: StreamOutcome): RtError | undefined {
  const { error, end, close, cut } = outcome;
  if (cut !== undefined) return cut;
  if (error !== undefined) {
    return new RtError(error.code, error.message, {
      ...(error.retry_after_ms === undefined ? {} : { retryAfterMs: error.retry_after_ms }),
    });
  }
  if (end !== undefined) return undefined;
  if (close.fault !== undefined) return close.fault;
  const reason = close.reason === '' ? '' : `: ${close.reason}`;
  return new RtError(
    'session_failed',
    `The session ended without a result (close code ${String(close.code)}${reason})`,
    {
      hint: 'Stream it again; if it recurs, look at the log of the gateway.',
    },
  );
}
