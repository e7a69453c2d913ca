/**
 * One client's session: finds a worker, carries audio to it and events back, and answers for every
 * way this can end. The gateway owns the session; the worker is replaceable.
 *
 * Always true: the first cause of an end wins (session-state.ts); every end that is not the client's
 * own is told by an `error` before the close; the slot is released exactly once.
 */
import { messageOf, RtError, toRtError } from '../base/errors.ts';
import { createSessionId, type SessionId, type WorkerId } from '../base/ids.ts';
import { createQuantileWindow } from '../base/quantile-window.ts';
import { CLOSE_CODE, errorMessage } from '../protocol/close-codes.ts';
import { goAwayMessage } from '../protocol/goaway.ts';
import type { WorkerMessage } from '../protocol/worker-messages.ts';
import type { GatewaySessionDigest } from '../registry/digests.ts';
import type { SessionInfo, SessionProgress } from '../registry/ports.ts';
import type { Socket } from '../transport/socket.ts';
import type { UpgradeRequest } from '../transport/ws-server.ts';
import { type ClientInbox, createClientInbox } from './client-inbox.ts';
import { sessionDigest } from './digest.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { LagTurns } from './lag-turns.ts';
import type { GatewayServerOptions } from './ports.ts';
import { RESUMABLE_ENDS } from './resume/resumable-ends.ts';
import { exceededLimit } from './session-limits.ts';
import { beginMessage, END_WARNING } from './session-messages.ts';
import type { EndedSession, OpenedSession } from './opened-session.ts';
import { type OpeningParts, openSession } from './session-opening.ts';
import { nextSessionState, OPENING, type SessionEvent, type SessionState } from './session-state.ts';
import type { SlotReleases } from './slot-releases.ts';
import { createStreaming, type Streaming } from './streaming.ts';

/** How long a worker goes on with a session whose client is gone and may come back. */
const HELD_MS = 5000;

/** Counted by the server over all sessions. */
export interface SessionObserver {
  onBegin(openingMs: number): void;
  onResponse(latencyMs: number): void;
  onFailover(): void;
  /** It has left a worker that was too slow. */
  onLagMove(): void;
  onRefused(code: string): void;
}

export interface SessionParts extends GatewayServerOptions, OpeningParts {
  readonly observer: SessionObserver;
  readonly slots: SlotReleases;
  readonly lagTurns: LagTurns;
}

export class GatewaySession {
  /** Settles when the client is gone, the slot released and the journal written. */
  readonly closed: Promise<void>;
  readonly #parts: SessionParts;
  readonly #socket: Socket;
  readonly #inbox: ClientInbox;
  readonly #events: EventLog;
  readonly #clientGone = new AbortController();
  readonly #responses = createQuantileWindow();
  readonly #openedMs: number;
  #id: SessionId = createSessionId();
  #state: SessionState = OPENING;
  #streaming: Streaming | undefined;
  /** Its client is gone without a word and may come back. */
  #isHeld = false;
  #released: Promise<void> = Promise.resolve();

  constructor(parts: SessionParts, socket: Socket, request: UpgradeRequest) {
    this.#parts = parts;
    this.#socket = socket;
    this.#openedMs = parts.clock.nowMs();
    this.#inbox = createClientInbox(socket);
    this.#events = createEventLog(this.#id, socket);
    const left = socket.closed.then(({ code }) => this.#onClientGone(code));
    this.closed = Promise.all([left, this.#open(request)]).then(() => this.#released);
  }

  /** That of the session it takes up again, once that is known. */
  get id(): SessionId {
    return this.#id;
  }

  get hasBegun(): boolean {
    return this.#streaming !== undefined;
  }

  get workerId(): WorkerId | undefined {
    return this.#state.type === 'closed' ? undefined : this.#streaming?.line.workerId;
  }

  /** How the session ended, or `ended` while it runs. */
  get outcome(): 'ended' | 'error' {
    return this.#state.type === 'closed' ? this.#state.outcome : 'ended';
  }

  /** Seconds of audio received. */
  get audioS(): number {
    return this.#streaming?.intake.receivedS ?? 0;
  }

  /** Seconds of audio that arrived and are not decoded, as lag counts them. */
  get lagS(): number {
    return this.#state.type === 'closed' ? 0 : (this.#streaming?.lag.lagS ?? 0);
  }

  /** The claim to renew; undefined while there is none, or it moves. */
  renewal(): (SessionProgress & { readonly workerId: WorkerId; readonly info: SessionInfo }) | undefined {
    const streaming = this.#streaming;
    const info = streaming?.line.claim;
    if (!streaming || !info || this.#state.type === 'closed') return undefined;
    return { ...this.#progress(streaming), workerId: streaming.line.workerId, info };
  }

  digest(): GatewaySessionDigest | undefined {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return undefined;
    return sessionDigest({
      opened: streaming,
      startedAt: streaming.startedAt,
      audioS: streaming.intake.receivedS,
      workerId: streaming.line.workerId,
      lagS: streaming.lag.lagS,
      isSpeaking: streaming.fromWorker.isSpeaking,
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
  goAway(reconnectInMs: number): void {
    if (this.#state.type !== 'closed') this.#events.tell(goAwayMessage(reconnectInMs));
  }

  /** Ends the session as if its client had said `end`, and tells the client so. */
  endInOrder(reason: string): void {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type !== 'streaming') return;
    this.#state = nextSessionState(this.#state, { type: 'wished-end', reason });
    this.#events.emit(END_WARNING);
    this.#unlessItFails(() => streaming.fromClient.end());
  }

  /** The record says what was committed then. */
  renewed(committedSample: number): void {
    this.#streaming?.journal.stored(committedSample);
  }

  /** The claim of `epoch` was refused: the session has another owner, unless it has moved on since. */
  superseded(epoch: number): void {
    if (this.#streaming?.line.epoch === epoch) this.yield();
  }

  /** The session has another owner: its journal, its slot and its record are no longer ours. */
  yield(): void {
    this.#streaming?.journal.abandon();
    this.fail(new RtError('superseded', 'The session was taken up again on another connection'));
  }

  /** The session's worker drains. */
  leaveWorker(): void {
    this.#streaming?.line.leave();
  }

  /** Looks at the clock: lag, idleness, length, a reader that does not read. */
  tick(nowMs: number): void {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return;
    const error = exceededLimit({
      nowMs,
      openedMs: this.#openedMs,
      aliveMs: streaming.fromClient.aliveMs,
      isListening: this.#state.type === 'streaming',
      unreadBytes: this.#socket.bufferedBytes,
    });
    if (error && !this.#isHeld) return this.fail(error);
    streaming.line.tick(nowMs, streaming.fromWorker.isSpeaking);
    if (!this.#isHeld) this.#watchLag(streaming, nowMs);
  }

  async #open(request: UpgradeRequest): Promise<void> {
    const { log } = this.#parts;
    try {
      const opened = await openSession(this.#parts, {
        id: this.#id,
        request,
        inbox: this.#inbox,
        signal: this.#clientGone.signal,
      });
      if (opened.type === 'ended') this.#tellEnd(opened);
      else this.#begin(opened);
    } catch (error) {
      if (this.#state.type === 'closed') return;
      const fault = toRtError(error);
      log.info('session refused', { session: this.#id, code: fault.code, error: messageOf(error) });
      this.fail(fault);
    }
  }

  /** The session had ended while its client was away. */
  #tellEnd({ messages }: EndedSession): void {
    for (const message of messages) this.#events.repeat(message);
    this.#state = nextSessionState(this.#state, { type: 'worker-end' });
    this.#socket.close(1000, 'completed');
  }

  #begin(opened: OpenedSession): void {
    const { clock, observer } = this.#parts;
    const { info, query, link, start } = opened;
    this.#id = info.id;
    this.#events.goOn({ session: info.id, seq: start.lastSeq, segments: start.segments });
    const streaming = this.#createStreaming(opened);
    this.#streaming = streaming;
    // The client left while its worker was being found.
    if (this.#state.type === 'closed') return this.#release(streaming, this.#state);
    this.#state = nextSessionState(this.#state, { type: 'worker-ready' });
    observer.onBegin(clock.nowMs() - this.#openedMs);
    this.#attachOutlets(streaming);
    if (start.resumed) {
      for (const json of [start.resumed.begin, ...start.resumed.replay]) this.#events.repeat(json);
    } else {
      const token = start.token?.token;
      this.#events.emit(beginMessage(info.id, { query, ready: link.ready, token }));
    }
    streaming.line.start();
    this.#inbox.open((data) => this.#onClient(streaming, data));
  }

  #createStreaming(opened: OpenedSession): Streaming {
    const { clock, observer } = this.#parts;
    return createStreaming(this.#parts, {
      id: this.#id,
      opened,
      client: this.#socket,
      events: this.#events,
      clock,
      onResponse: (latencyMs) => {
        this.#responses.add(latencyMs);
        observer.onResponse(latencyMs);
      },
      onFailover: () => observer.onFailover(),
      onLagMove: () => observer.onLagMove(),
      onWorker: (message) => this.#onWorker(message),
      onGivenUp: (error) => this.fail(error),
      onSuperseded: () => this.yield(),
      signal: this.#clientGone.signal,
    });
  }

  #attachOutlets({ journal, link, info }: Streaming): void {
    const { bus, publishTranscripts, channelPrefix } = this.#parts;
    this.#events.attach({
      journal,
      channel: publishTranscripts ? { name: channelPrefix + this.#id, channels: bus.channels } : undefined,
      labels: {
        model: link.ready.model,
        ...(info.speaker === undefined ? {} : { speaker: info.speaker }),
      },
    });
  }

  #onClient(streaming: Streaming, data: string | Uint8Array): void {
    // What comes after `end` is ignored: a client may still be sending when it says so.
    if (this.#state.type !== 'streaming') return;
    const { start } = streaming;
    // The answer has arrived: from now on the former token is of no use to anybody but a thief.
    if (start.resumed && start.token) streaming.line.allowResume(start.token.sum);
    this.#unlessItFails(() => {
      if (streaming.fromClient.accept(data) === 'ended') {
        this.#state = nextSessionState(this.#state, { type: 'client-end' });
      }
    });
  }

  #onWorker(message: WorkerMessage): void {
    const streaming = this.#streaming;
    if (!streaming || this.#state.type === 'closed') return;
    this.#unlessItFails(() => {
      if (streaming.fromWorker.accept(message) === 'ended') this.#end({ type: 'worker-end' });
      else if (message.type === 'progress') this.#watchLag(streaming, this.#parts.clock.nowMs());
    });
  }

  #watchLag({ lag }: Streaming, nowMs: number): void {
    const verdict = lag.look(nowMs);
    if (verdict instanceof RtError) this.fail(verdict);
    else if (verdict) this.#events.emit(verdict);
  }

  /** Without a farewell it may be a network that broke: then the session waits a little for its client. */
  async #onClientGone(code: number): Promise<void> {
    const isRunning = this.#state.type === 'streaming' || this.#state.type === 'ending';
    if (isRunning && code !== 1000 && this.#streaming?.start.token) {
      this.#isHeld = true;
      await this.#parts.clock.sleep(HELD_MS, this.#clientGone.signal).catch(() => undefined);
    }
    this.#end({ type: 'client-gone' });
  }

  #unlessItFails(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(toRtError(error));
    }
  }

  /** The first end counts: tells the client why, lets the worker and the slot go. */
  #end(event: SessionEvent, error?: RtError): void {
    if (this.#state.type === 'closed') return;
    this.#state = nextSessionState(this.#state, event);
    if (this.#state.type !== 'closed') return;
    this.#clientGone.abort(new RtError('interrupted', 'the session is over'));
    if (error) {
      if (!this.#streaming) this.#parts.observer.onRefused(error.code);
      const message = errorMessage(error, false);
      // What may be taken up again has not ended: its journal must not say so.
      if (this.#streaming?.start.token && RESUMABLE_ENDS.has(message.code)) this.#events.tell(message);
      else this.#events.emit(message);
      this.#socket.close(CLOSE_CODE[message.code], message.code);
    } else {
      this.#socket.close(1000, this.#state.reason);
    }
    if (this.#streaming) this.#release(this.#streaming, this.#state);
  }

  #release(streaming: Streaming, { outcome, reason }: Extract<SessionState, { type: 'closed' }>): void {
    const { journal, ingest, line } = streaming;
    ingest.close();
    line.close(reason);
    // The slot and the record go with the session to its new owner.
    if (reason === 'superseded') return;
    const progress = (): SessionProgress => this.#progress(streaming);
    this.#released = this.#parts.slots.release({ journal, progress, outcome, reason });
  }

  #progress({ line, intake, journal }: Streaming): SessionProgress {
    return {
      id: this.#id,
      epoch: line.epoch,
      audioDuration: intake.receivedS,
      committed: journal.committedSample,
    };
  }
}
