/**
 * Sends one source of audio through one session at its pace and reads what comes back.
 *
 * Always true: the first sample is due when session.begin has come, so acquiring a worker is not counted as
 * latency; audio stops when the session does; an interruption closes the session before it is passed on. The
 * outcome is an answer, not an exception: only faults of this machine throw.
 */
import { int16ToS16le } from '../audio/pcm.ts';
import { paceChunks } from '../audio/pace.ts';
import type { Clock } from '../base/clock.ts';
import { RtError, toRtError } from '../base/errors.ts';
import type { ErrorMessage, SessionEnd } from '../protocol/server-messages.ts';
import { createStreamMetrics, type ReceivedMessage, type StreamMetrics } from './metrics.ts';
import type { SessionClose, StreamSession } from './ports.ts';

const SILENCE_TIMEOUT_MS = 30_000;
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
  readonly signal: AbortSignal;
  /** Longest silence of the gateway after all audio was sent, before it is given up; 30 s where nothing is said. */
  readonly silenceTimeoutMs?: number;
  /** Each message, with the milliseconds since the first sample was due. */
  readonly onMessage: (message: ReceivedMessage, sinceOriginMs: number) => void;
  /** Position after each chunk that was sent. */
  readonly onSent?: (endSample: number) => void;
}

export interface StreamOutcome {
  readonly metrics: StreamMetrics;
  readonly end: SessionEnd | undefined;
  /** The error that ended the session; recoverable ones are not outcomes. */
  readonly error: ErrorMessage | undefined;
  readonly close: SessionClose;
}

/** What the reading side tells the sending side. */
interface Progress {
  originMs: number;
  lastMessageMs: number;
  end: SessionEnd | undefined;
  error: ErrorMessage | undefined;
}

/** @throws RtError timeout, invalid_message, what the source throws, or the signal's reason */
export async function streamAudio(options: StreamRunOptions): Promise<StreamOutcome> {
  const { session, clock, signal } = options;
  // Ends sending and waiting as soon as either side is through.
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const metrics = createStreamMetrics(options.sampleRate);
  const progress: Progress = { originMs: 0, lastMessageMs: clock.nowMs(), end: undefined, error: undefined };
  let hasBegun = false;
  let sendFault: Error | undefined;

  const abandon = (): void => {
    session.close();
  };
  signal.addEventListener('abort', abandon, { once: true });
  try {
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
      options.onMessage(message, hasBegun ? message.receivedMs - progress.originMs : 0);
    }
    signal.throwIfAborted();
    if (sendFault !== undefined) throw sendFault;
    return { metrics, end: progress.end, error: progress.error, close: await session.closed };
  } finally {
    over.abort(OVER);
    signal.removeEventListener('abort', abandon);
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

async function sendAudio(
  options: StreamRunOptions,
  state: { readonly metrics: StreamMetrics; readonly progress: Progress; readonly until: AbortSignal },
): Promise<void> {
  const { session, clock, sampleRate, chunkMs, speed, silenceTimeoutMs = SILENCE_TIMEOUT_MS } = options;
  const { metrics, progress, until } = state;
  for await (const chunk of paceChunks(options.frames, {
    sampleRate,
    chunkMs,
    speed,
    clock,
    signal: until,
  })) {
    const endSample = chunk.startSample + chunk.samples.length;
    metrics.sent({ endSample, dueMs: chunk.dueMs });
    await session.send(int16ToS16le(chunk.samples));
    options.onSent?.(endSample);
  }
  until.throwIfAborted();
  session.end();
  progress.lastMessageMs = clock.nowMs();
  for (;;) {
    if (session.isRecovering) progress.lastMessageMs = clock.nowMs();
    const quietMs = clock.nowMs() - progress.lastMessageMs;
    if (quietMs >= silenceTimeoutMs) {
      throw new RtError(
        'timeout',
        `The gateway has been silent for ${String(Math.round(quietMs))} ms after the audio ended`,
        {
          hint: 'Look at the worker of this session with "rt workers list" and at its log.',
        },
      );
    }
    await clock.sleep(Math.min(LOOK_EVERY_MS, silenceTimeoutMs - quietMs), until);
  }
}

/** The fault a failed session is for whoever ran it, or undefined when it ended as it should. */
export function faultOf(outcome: StreamOutcome): RtError | undefined {
  const { error, end, close } = outcome;
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
