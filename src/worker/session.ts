/**
 * One link from a gateway: its first message opens an engine session, its audio goes in, events come
 * out. A fault of the link ends this session and nothing else; the slot is free as soon as the link
 * has ended, and everything of it is gone when `closed` settles.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError, toRtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { repeat } from '../base/repeat.ts';
import type { Engine } from '../engine/engine.ts';
import { CLOSE_CODE, errorMessage } from '../protocol/close-codes.ts';
import { encodeMessage, parseWorkerConfig } from '../protocol/codec.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { WorkerMessage, WorkerSessionConfig } from '../protocol/worker-messages.ts';
import type { Socket } from '../transport/socket.ts';
import { type Decoding, openDecoding } from './decoding.ts';
import { readyMessage } from './link-messages.ts';
import { type LinkState, nextLinkState } from './session-state.ts';

/** How long a link may stay silent before its first message. */
export const FIRST_MESSAGE_MS = 10_000;
export const PROGRESS_MS = 250;

export interface WorkerSessionParts {
  readonly socket: Socket;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  /** Says no with the reason when the worker takes no session (full, draining). */
  readonly admit: () => RtError | undefined;
}

export interface WorkerSession {
  /** The id from the first message; undefined before it. */
  readonly id: string | undefined;
  readonly receivedSample: number;
  readonly decodedSample: number;
  /** True from admission to the end: it fills a slot. */
  readonly holdsSlot: boolean;
  /** Ends the link with an error message. */
  shutDown(error: RtError): void;
  readonly closed: Promise<void>;
}

/** Serves one accepted socket until it is closed. */
export function serveSession(parts: WorkerSessionParts): WorkerSession {
  return new LinkSession(parts);
}

class LinkSession implements WorkerSession {
  readonly closed: Promise<void>;
  readonly #parts: WorkerSessionParts;
  readonly #stopTimers = new AbortController();
  #state: LinkState = { type: 'configuring' };
  #decoding: Decoding | undefined;

  constructor(parts: WorkerSessionParts) {
    this.#parts = parts;
    this.closed = parts.socket.closed.then(() => this.#finish('socket-closed'));
    parts.socket.onMessage((data) => this.#onMessage(data));
    void this.#awaitFirstMessage();
  }

  get id(): string | undefined {
    return this.#decoding?.config.session_id;
  }

  get receivedSample(): number {
    return this.#decoding?.receivedSample ?? 0;
  }

  get decodedSample(): number {
    return this.#decoding?.decodedSample ?? 0;
  }

  get holdsSlot(): boolean {
    return this.#decoding !== undefined && this.#state.type !== 'closed';
  }

  shutDown(error: RtError): void {
    if (this.#state.type === 'closed') return;
    const message = errorMessage(error, false);
    this.#send(message);
    this.#parts.socket.close(CLOSE_CODE[message.code], message.code);
    this.#finish('refused');
  }

  async #awaitFirstMessage(): Promise<void> {
    const { clock } = this.#parts;
    await clock.sleep(FIRST_MESSAGE_MS, this.#stopTimers.signal).catch(() => undefined);
    if (this.#state.type === 'configuring') {
      this.shutDown(new RtError('idle_timeout', `No first message came within ${FIRST_MESSAGE_MS / 1000} s`));
    }
  }

  #onMessage(data: string | Uint8Array): void {
    try {
      if (!this.#decoding) this.#configure(data);
      else this.#pass(this.#decoding, data);
    } catch (error) {
      this.#parts.log.warn('session refused', { session: this.id, error: messageOf(error) });
      this.shutDown(toRtError(error));
    }
  }

  #configure(data: string | Uint8Array): void {
    if (this.#state.type !== 'configuring') return;
    const { engine, socket, clock, admit } = this.#parts;
    const config = readConfig(data);
    const refusal = admit();
    if (refusal) throw refusal;
    const decoding = openDecoding({
      engine,
      socket,
      config,
      send: (message) => this.#send(message),
      onEnded: () => this.#onEnded(),
    });
    this.#decoding = decoding;
    this.#state = nextLinkState(this.#state, 'configured');
    this.#send(readyMessage(engine, config));
    const run = (): void => this.#send(decoding.progress());
    void repeat(clock, { everyMs: PROGRESS_MS, run, signal: this.#stopTimers.signal });
  }

  #pass(decoding: Decoding, data: string | Uint8Array): void {
    if (this.#state.type === 'closed') return;
    if (typeof data === 'string') {
      if (decoding.control(data) === 'ended') this.#state = nextLinkState(this.#state, 'end');
    } else if (this.#state.type === 'running') {
      decoding.accept(data);
    }
  }

  #onEnded(): void {
    this.#finish('ended');
    this.#parts.socket.close(1000, 'session ended');
  }

  #send(message: WorkerMessage): void {
    if (this.#state.type !== 'closed') this.#parts.socket.send(encodeMessage(message));
  }

  #finish(event: 'ended' | 'refused' | 'socket-closed'): void {
    this.#state = nextLinkState(this.#state, event);
    this.#decoding?.close();
    this.#stopTimers.abort(new RtError('interrupted', 'the session is over'));
  }
}

/** @throws RtError invalid_message, invalid_parameters (another protocol) */
function readConfig(data: string | Uint8Array): WorkerSessionConfig {
  if (typeof data !== 'string') {
    throw new RtError('invalid_message', 'The first message of a session is JSON text, not binary');
  }
  const config = parseWorkerConfig(data);
  if (config.protocol !== PROTOCOL_VERSION) {
    throw new RtError(
      'invalid_parameters',
      `protocol ${config.protocol} is not spoken here (this worker: ${PROTOCOL_VERSION})`,
    );
  }
  return config;
}
