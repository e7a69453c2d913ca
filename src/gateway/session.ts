/**
 * One client's session: finds a worker, carries audio to it and events back, and answers for every
 * way this can end. The gateway owns the session; the worker is replaceable.
 *
 * Always true: the first cause of an end wins (session-state.ts); every end that is not the client's
 * own is told by an `error` before the close; the slot is released exactly once.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { messageOf, RtError, toRtError } from '../base/errors.ts';
import { createSessionId, type SessionId, type WorkerId } from '../base/ids.ts';
import { createQuantileWindow } from '../base/quantile-window.ts';
import { CLOSE_CODE, errorMessage } from '../protocol/close-codes.ts';
import { encodeMessage, parseClientMessage } from '../protocol/codec.ts';
import type { ClientMessage } from '../protocol/client-messages.ts';
import type { ErrorMessage, SessionEnd } from '../protocol/server-messages.ts';
import { addStrike, NO_STRIKES } from '../protocol/strikes.ts';
import { fromWireSeconds, toClientFrames, toWireSeconds } from '../protocol/time.ts';
import type { WorkerMessage } from '../protocol/worker-messages.ts';
import type { GatewaySessionDigest } from '../registry/digests.ts';
import type { SessionInfo, SessionProgress } from '../registry/ports.ts';
import type { Socket } from '../transport/socket.ts';
import type { UpgradeRequest } from '../transport/ws-server.ts';
import { sessionDigest } from './digest.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createIntake, type Intake } from './intake.ts';
import { createJournalWriter, type JournalWriter } from './journal-writer.ts';
import { createLagWatch, type LagWatch } from './lag-watch.ts';
import type { GatewayServerOptions } from './ports.ts';
import { beginMessage, endMessage } from './session-messages.ts';
import { type OpenedSession, openSession } from './session-opening.ts';
import { nextSessionState, OPENING, type SessionEvent, type SessionState } from './session-state.ts';

/** A client that sends neither audio nor keepalive. */
export const IDLE_MS = 60_000;
export const SESSION_MS: number = 4 * 3_600_000;
/** Waiting for a reader beyond this ends the session. */
const SLOW_READER_BYTES = 1024 * 1024;
const JOURNAL_FINISH_MS = 2000;

/** Counted by the server over all sessions. */
export interface SessionObserver {
  onBegin(openingMs: number): void;
  onResponse(latencyMs: number): void;
  onRefused(code: string): void;
}

export interface SessionParts extends GatewayServerOptions {
  readonly observer: SessionObserver;
}

/** What only exists once a worker serves the session. */
interface Streaming extends OpenedSession {
  readonly intake: Intake;
  readonly lag: LagWatch;
  readonly startedAt: Date;
}

export class GatewaySession {
  readonly id: SessionId = createSessionId();
  /** Settles when the client is gone, the slot released and the journal written. */
  readonly closed: Promise<void>;
  readonly #parts: SessionParts;
  readonly #socket: Socket;
  readonly #journal: JournalWriter;
  readonly #events: EventLog;
  readonly #clientGone = new AbortController();
  readonly #responses = createQuantileWindow();
  readonly #openedMs: number;
  #state: SessionState = OPENING;
  #streaming: Streaming | undefined;
  #strikes = NO_STRIKES;
  #decodedSample = 0;
  #aliveMs: number;
  #isSpeaking = false;
  #settle: () => void = () => {};

  constructor(parts: SessionParts, socket: Socket, request: UpgradeRequest) {
    this.#parts = parts;
    this.#socket = socket;
    this.#openedMs = parts.clock.nowMs();
    this.#aliveMs = this.#openedMs;
    const { bus, clock, log } = parts;
    this.#journal = createJournalWriter({ session: this.id, journal: bus.journal, clock, log });
    this.#events = createEventLog({
      session: this.id,
      socket,
      journal: { push: (entry) => (this.#streaming ? this.#journal.push(entry) : undefined) },
      channel: parts.publishTranscripts
        ? { name: parts.channelPrefix + this.id, channels: bus.channels }
        : undefined,
      labels: () => this.#labels(),
    });
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    void socket.closed.then(() => this.#end({ type: 'client-gone' }));
    void this.#open(request);
  }

  get workerId(): WorkerId | undefined {
    return this.#state.type === 'closed' ? undefined : this.#streaming?.link.workerId;
  }

  /** How the session ended, or `ended` while it runs. */
  get outcome(): 'ended' | 'error' {
    return this.#state.type === 'closed' ? this.#state.outcome : 'ended';
  }

  /** Seconds of audio received. */
  get audioS(): number {
    return this.#streaming?.intake.receivedS ?? 0;
  }

  /** The claim to renew; undefined while there is none. */
  renewal(): (SessionProgress & { readonly workerId: WorkerId; readonly info: SessionInfo }) | undefined {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return undefined;
    return { ...this.#progress(streaming), workerId: streaming.link.workerId, info: streaming.info };
  }

  digest(): GatewaySessionDigest | undefined {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return undefined;
    return sessionDigest({
      opened: streaming,
      startedAt: streaming.startedAt,
      audioS: streaming.intake.receivedS,
      lagS: streaming.lag.lagS,
      isSpeaking: this.#isSpeaking,
      events: this.#events,
      responses: this.#responses,
      showText: this.#parts.publishTranscripts,
    });
  }

  /** Ends the session with an error the client is told. */
  fail(error: RtError): void {
    this.#end({ type: 'fault', code: error.code }, error);
  }

  /** Asks the client to connect elsewhere. */
  goAway(reason: string, reconnectInMs: number): void {
    if (this.#state.type !== 'closed') {
      this.#events.tell({ type: 'goaway', reason, reconnect_in_ms: reconnectInMs });
    }
  }

  /** Looks at the clock: lag, idleness, length, a reader that does not read. */
  tick(nowMs: number): void {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return;
    if (this.#socket.bufferedBytes > SLOW_READER_BYTES) {
      return this.fail(new RtError('slow_reader', 'Results wait unread for too long'));
    }
    if (nowMs - this.#openedMs > SESSION_MS) {
      return this.fail(
        new RtError('session_timeout', 'The session has reached its greatest length of 4 hours'),
      );
    }
    const aliveMs = Math.max(this.#aliveMs, streaming.intake.lastAudioMs);
    if (this.#state.type === 'streaming' && nowMs - aliveMs > IDLE_MS) {
      return this.fail(new RtError('idle_timeout', `No audio and no keepalive for ${IDLE_MS / 1000} s`));
    }
    this.#watchLag(streaming, nowMs);
  }

  async #open(request: UpgradeRequest): Promise<void> {
    const { log, observer } = this.#parts;
    try {
      this.#begin(await openSession(this.#parts, { id: this.id, request, signal: this.#clientGone.signal }));
    } catch (error) {
      if (this.#state.type === 'closed') return;
      const fault = toRtError(error);
      observer.onRefused(fault.code);
      log.info('session refused', { session: this.id, code: fault.code, error: messageOf(error) });
      this.fail(fault);
    }
  }

  #begin(opened: OpenedSession): void {
    const { query, link, ingest } = opened;
    const { clock, allowUnpaced, observer, log } = this.#parts;
    const nowMs = clock.nowMs();
    const intake = createIntake({
      client: this.#socket,
      link: link.socket,
      ingest,
      declaredRate: query.sampleRate,
      allowUnpaced,
      clock,
    });
    const lag = createLagWatch(this.#parts.lag, nowMs);
    this.#streaming = { ...opened, intake, lag, startedAt: clock.date() };
    // The client left while its worker was being found.
    if (this.#state.type === 'closed') return this.#release(this.#streaming, this.#state);
    this.#state = nextSessionState(this.#state, { type: 'worker-ready' });
    this.#aliveMs = nowMs;
    observer.onBegin(nowMs - this.#openedMs);
    this.#events.emit(beginMessage(this.id, query, link.ready));
    link.onMessage((message) => this.#onWorker(message));
    void link.socket.closed.then(({ code }) => {
      if (this.#state.type !== 'closed')
        log.warn('worker link closed', { session: this.id, worker: link.workerId, code });
      this.fail(new RtError('worker_lost', 'The worker that served this session is gone'));
    });
    this.#socket.onMessage((data) => this.#onClient(data));
  }

  #onClient(data: string | Uint8Array): void {
    const streaming = this.#streaming;
    // What comes after `end` is ignored: a client may still be sending when it says so.
    if (!streaming || this.#state.type !== 'streaming') return;
    try {
      if (typeof data === 'string') this.#onText(streaming, data);
      else this.#onAudio(streaming, data);
    } catch (error) {
      this.fail(toRtError(error));
    }
  }

  #onAudio(streaming: Streaming, bytes: Uint8Array): void {
    streaming.intake.accept(bytes);
    const rate = streaming.intake.rateSuspicion();
    if (rate === undefined) return;
    const declared = streaming.query.sampleRate;
    this.#events.emit({
      type: 'warning',
      code: 'rate_mismatch',
      message: `The audio was declared at ${declared} Hz but comes at the pace of ${rate} Hz; set sample_rate=${rate}`,
      declared_rate: declared,
      observed_rate: rate,
    });
  }

  #onText(streaming: Streaming, text: string): void {
    this.#aliveMs = this.#parts.clock.nowMs();
    const message = parseClientMessage(text);
    if (message.type === 'invalid') return this.#strike(message.reason);
    if (message.type === 'resume')
      return this.#strike('resume is only the first message of a resumed session');
    if (message.type === 'keepalive') return;
    if (message.type === 'end') this.#onClientEnd(streaming);
    else this.#forward(streaming, message);
  }

  #forward(streaming: Streaming, message: Exclude<ClientMessage, { type: 'end' | 'resume' }>): void {
    streaming.link.socket.send(encodeMessage(message));
  }

  #onClientEnd(streaming: Streaming): void {
    this.#state = nextSessionState(this.#state, { type: 'client-end' });
    streaming.intake.end();
    const { leftoverBytes } = streaming.ingest;
    if (leftoverBytes > 0) {
      this.#events.emit({
        type: 'warning',
        code: 'trailing_byte',
        message: 'The audio ended inside a sample; the rest of it was dropped',
        bytes: leftoverBytes,
      });
    }
    streaming.link.socket.send(encodeMessage({ type: 'end' }));
  }

  /** One malformed message is answered; twenty a minute end the session. */
  #strike(reason: string): void {
    const { strikes, isOut } = addStrike(this.#strikes, this.#parts.clock.nowMs());
    this.#strikes = strikes;
    const error = new RtError('invalid_message', reason);
    if (isOut) this.fail(error);
    else this.#events.emit(errorMessage(error, true));
  }

  #onWorker(message: WorkerMessage): void {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return;
    switch (message.type) {
      case 'transcript.partial':
        this.#events.emitPartial(message);
        return this.#timeResponse(streaming, message.audio_end);
      case 'transcript.final': {
        const { commit_sample: commitSample, ...final } = message;
        this.#events.emit(final, commitSample);
        return this.#timeResponse(streaming, message.audio_end);
      }
      case 'progress':
        return this.#onProgress(streaming, message);
      case 'session.end':
        return this.#onWorkerEnd(streaming, message);
      case 'error':
        if (!message.recoverable) return this.fail(new RtError(message.code, message.message));
        return this.#events.emit(withoutCommit(message));
      case 'vad.speech_start':
      case 'vad.speech_end':
        this.#isSpeaking = message.type === 'vad.speech_start';
        return this.#events.emit(message);
      case 'warning':
        return this.#events.emit(message);
      case 'session.begin':
        return undefined;
    }
  }

  #onProgress(streaming: Streaming, message: Extract<WorkerMessage, { type: 'progress' }>): void {
    this.#decodedSample = message.decoded;
    this.#journal.advance(message.commit_sample);
    this.#watchLag(streaming, this.#parts.clock.nowMs());
    const { acks, sampleRate } = streaming.query;
    if (acks === 'off' || this.#state.type === 'closed') return;
    this.#events.tell({
      type: 'ack',
      received: streaming.ingest.frames,
      decoded: toClientFrames(message.decoded, sampleRate),
      committed: toClientFrames(this.#journal.committedSample, sampleRate),
    });
  }

  #onWorkerEnd(streaming: Streaming, message: SessionEnd): void {
    const end = endMessage(this.id, {
      durationS: toWireSeconds(streaming.ingest.frames, streaming.query.sampleRate),
      speechS: message.total_speech_duration,
      segments: this.#events.segments,
    });
    this.#events.emit(end, fromWireSeconds(message.total_duration, SAMPLE_RATE));
    this.#end({ type: 'worker-end' });
  }

  #timeResponse(streaming: Streaming, audioEndS: number): void {
    const arrivedMs = streaming.intake.arrivals.arrivalOf(fromWireSeconds(audioEndS, SAMPLE_RATE));
    if (arrivedMs === undefined) return;
    const latencyMs = this.#parts.clock.nowMs() - arrivedMs;
    this.#responses.add(latencyMs);
    this.#parts.observer.onResponse(latencyMs);
  }

  #watchLag(streaming: Streaming, nowMs: number): void {
    const decodedS = this.#decodedSample / SAMPLE_RATE;
    const verdict = streaming.lag.look({ nowMs, arrivedS: streaming.intake.receivedS, decodedS });
    if (verdict instanceof RtError) this.fail(verdict);
    else if (verdict) this.#events.emit(verdict);
  }

  /** The first end counts: tells the client why, lets the worker and the slot go. */
  #end(event: SessionEvent, error?: RtError): void {
    if (this.#state.type === 'closed') return;
    this.#state = nextSessionState(this.#state, event);
    if (this.#state.type !== 'closed') return;
    this.#clientGone.abort(new RtError('interrupted', 'the session is over'));
    if (error) {
      const message = errorMessage(error, false);
      this.#events.emit(message);
      this.#socket.close(CLOSE_CODE[message.code], message.code);
    } else {
      this.#socket.close(1000, this.#state.reason);
    }
    if (this.#streaming) this.#release(this.#streaming, this.#state);
    else void this.#socket.closed.then(() => this.#settle());
  }

  #release(streaming: Streaming, state: Extract<SessionState, { type: 'closed' }>): void {
    const { registry, log } = this.#parts;
    streaming.ingest.close();
    streaming.link.socket.close(1000, state.reason);
    const released = registry.ledger
      .release(this.#progress(streaming), state.outcome, state.reason)
      // The lease gives the slot back when the store cannot be told.
      .catch((error: unknown) =>
        log.warn('slot not released', { session: this.id, error: messageOf(error) }),
      );
    const written = this.#journal.finish(JOURNAL_FINISH_MS);
    void Promise.all([released, written, this.#socket.closed]).then(() => this.#settle());
  }

  #progress(streaming: Streaming): SessionProgress {
    return {
      id: this.id,
      epoch: streaming.info.epoch,
      audioDuration: streaming.intake.receivedS,
      committed: this.#journal.committedSample,
    };
  }

  #labels(): { readonly model: string; readonly speaker?: string } {
    const speaker = this.#streaming?.info.speaker;
    return { model: this.#streaming?.link.ready.model ?? '', ...(speaker === undefined ? {} : { speaker }) };
  }
}

function withoutCommit(message: Extract<WorkerMessage, { type: 'error' }>): ErrorMessage {
  const { commit_sample: _, ...error } = message;
  return error;
}
