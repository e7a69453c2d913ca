/**
 * What a session has to say, and the sending of it over whatever connection there is.
 *
 * Always true: one connection is sent to at a time, and only after `attach`; a sender that may wait is held back by
 * `room.ts`; settings that were ever said are said again, all in one, before anything else goes to a later connection.
 */
import type { ClientConfig } from '../../protocol/client-messages.ts';
import type { Ack } from '../../protocol/server-messages.ts';
import type { Link } from '../link.ts';
import { decideRoom, MOST_HELD_MS } from './room.ts';
import { type Control, SentLog } from './sent-log.ts';

/** Audio that may wait in the socket: what waits there has left the order in which controls are said. */
const MAX_UNSENT_BYTES = 256 * 1024;
const CAUGHT_UP_S = 1;

export interface OutboxOptions {
  /** Frames per second, and bytes of a frame over all channels. */
  readonly sampleRate: number;
  readonly frameBytes: number;
  readonly isLive: boolean;
  /** The oldest audio was given up; so much is still held. */
  readonly onLetGo: (heldMs: number) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #log: SentLog;
  #link: Link | undefined;
  #settings: ClientConfig | undefined;
  #decodedFrames = 0;
  #hasSaidEnd = false;
  #isForgetful = false;
  #isStopped = false;
  #waiting: (() => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#log = new SentLog(options.frameBytes);
  }

  get hasUnsent(): boolean {
    return this.#log.hasUnsent;
  }

  get hasSaidEnd(): boolean {
    return this.#hasSaidEnd;
  }

  /** The first frame that can be said again. */
  get firstFrame(): number {
    return this.#log.firstFrame;
  }

  get endFrame(): number {
    return this.#log.endFrame;
  }

  /** Resolves when there is room for more. */
  async send(audio: Uint8Array): Promise<void> {
    if (!this.#isStopped) this.#log.addAudio(audio);
    this.#announce();
    while (!this.#isStopped && !this.#hasRoom()) await this.#change();
  }

  say(message: Control): void {
    if (this.#isStopped) return;
    if (message.type === 'config') this.#settings = { ...this.#settings, ...message };
    if (message.type === 'end') this.#hasSaidEnd = true;
    this.#log.addControl(message);
    this.#announce();
  }

  /** Forgets what was sent: the session cannot be resumed. */
  forgetWhatIsSent(): void {
    this.#isForgetful = true;
  }

  acknowledge({ decoded, committed }: Ack): void {
    this.#log.commit(committed);
    this.#decodedFrames = decoded;
    this.#announce();
  }

  /** Sends over `link` from now on; `onSent` after each message. */
  attach(link: Link, onSent: () => void): void {
    this.#link = link;
    void this.#pump(link, onSent);
    this.#announce();
  }

  /** As `attach`, from `frame` on; false, and nothing changes, when that is not held. */
  attachAt(frame: number, link: Link, onSent: () => void): boolean {
    if (!this.#log.rewind(frame)) return false;
    if (this.#settings !== undefined) link.say(this.#settings);
    this.attach(link, onSent);
    return true;
  }

  /** The connection is gone. */
  detach(): void {
    this.#link = undefined;
    this.#announce();
  }

  /** Nobody waits any more, and nothing is sent. */
  stop(): void {
    this.#isStopped = true;
    this.detach();
  }

  async #pump(link: Link, onSent: () => void): Promise<void> {
    while (this.#link === link) {
      const entry = this.#log.next();
      if (entry === undefined) {
        this.#announce();
        await this.#change();
        continue;
      }
      if (entry instanceof Uint8Array) link.send(entry);
      else link.say(entry);
      onSent();
      if (this.#isForgetful) this.#log.commit(this.#log.endFrame);
      await link.drained(MAX_UNSENT_BYTES);
    }
  }

  #hasRoom(): boolean {
    const { sampleRate, isLive } = this.#options;
    const { heldFrames, endFrame, hasUnsent } = this.#log;
    if (this.#isForgetful) return !hasUnsent;
    const isCaughtUp = !hasUnsent && this.#decodedFrames >= endFrame - CAUGHT_UP_S * sampleRate;
    const heldMs = (heldFrames * 1000) / sampleRate;
    const verdict = decideRoom({ heldMs, hasUnsent, isCaughtUp, isLive });
    if (verdict === 'let_go') this.#letGo();
    return verdict !== 'wait';
  }

  /** A tenth at a time, or it would be done and told for each message. */
  #letGo(): void {
    const keptMs = MOST_HELD_MS * 0.9;
    const hadSome = this.#log.letGo((keptMs * this.#options.sampleRate) / 1000);
    if (hadSome) this.#options.onLetGo(keptMs);
  }

  /** Resolves when something has changed that somebody may wait for. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #announce(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
