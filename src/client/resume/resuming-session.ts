/**
 * A streaming session that outlives its connections (docs/client.md): when one is lost it goes on over another, at any
 * gateway, from what the gateway has committed.
 *
 * Always true: every sample of the source reaches the gateway once and in order as the gateway counts them; the reader
 * gets each durable event once; what is lost all the same is in a `session.begin` with `resumed.complete` false, or
 * the session ends with a fault. It never comes back after `superseded`. Whether, when and where it goes on is decided
 * in recovery.ts; here the decisions are carried out.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import type { ClientConfig } from '../../protocol/client-messages.ts';
import type { Ack, Numbered, SessionBegin } from '../../protocol/server-messages.ts';
import { createInbox } from '../inbox.ts';
import type { Link, openLink } from '../link.ts';
import type { ReceivedMessage } from '../metrics.ts';
import type { SessionClose, StreamOptions, StreamSession } from '../ports.ts';
import { createSequence } from '../sequence.ts';
import { backoffMs } from './backoff.ts';
import { createEchoes } from './echo.ts';
import { createHeldBack } from './held-back.ts';
import type { ResumeNotice } from './notice.ts';
import { Outbox } from './outbox.ts';
import {
  type Ending,
  next,
  type Recovery,
  type RecoveryEvent,
  startRecovery,
  type TryStep,
} from './recovery.ts';
import { exhausted, noBegin } from './session-faults.ts';
import { type LinkWatch, watchLink } from './watch-link.ts';

const MAX_UNREAD_MESSAGES = 1024;
/** The first session.begin may wait for a free worker. */
const FIRST_BEGIN_MS = 30_000;
const RESUMED_BEGIN_MS = 15_000;

/** What every connection of a session is made of. */
export interface Lines {
  readonly gateways: readonly string[];
  readonly options: StreamOptions;
  readonly isLive: boolean;
  /** The reader wants acknowledgements too. */
  readonly tellsAcks: boolean;
  /** Bytes of a frame over all channels. */
  readonly frameBytes: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly openLink: typeof openLink;
  readonly onNotice: (notice: ResumeNotice) => void;
}

/** A connection that nobody has read from, and the index of its gateway. */
export interface FirstLink {
  readonly link: Link;
  readonly gateway: number;
}

/** Made by openResumingSession; reads its first connection at once. */
export class ResumingSession implements StreamSession {
  readonly messages: AsyncIterable<ReceivedMessage>;
  readonly closed: Promise<SessionClose>;
  readonly #lines: Lines;
  readonly #outbox: Outbox;
  readonly #inbox = createInbox<ReceivedMessage>();
  readonly #sequence = createSequence();
  readonly #echoes = createEchoes();
  readonly #held = createHeldBack();
  readonly #over = new AbortController();
  #settleClosed: (close: SessionClose) => void = () => undefined;
  #recovery: Recovery | undefined;
  #sessionId = '';
  /** The connection that has begun, and the one that has not yet. */
  #current: Link | undefined;
  #candidate: Link | undefined;
  #watch: LinkWatch | undefined;
  #hasHeardEnd = false;
  #receivedFrames = 0;
  #lostMs: number | undefined;

  constructor(lines: Lines, { link, gateway }: FirstLink) {
    this.#lines = lines;
    this.#outbox = new Outbox({
      sampleRate: lines.options.sampleRate,
      frameBytes: lines.frameBytes,
      isLive: lines.isLive,
      onLetGo: (heldMs) => lines.onNotice({ type: 'let_go', heldMs }),
    });
    this.messages = this.#inbox.read();
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    void this.#follow(link, gateway);
  }

  get isRecovering(): boolean {
    return this.#recovery?.phase === 'recovering';
  }

  get seqHoles(): number {
    return this.#sequence.holes;
  }

  send(audio: Uint8Array): Promise<void> {
    return this.#outbox.send(audio);
  }

  flush(): void {
    this.#outbox.say({ type: 'flush' });
  }

  clear(): void {
    this.#outbox.say({ type: 'clear' });
  }

  configure(config: Omit<ClientConfig, 'type'>): void {
    this.#outbox.say({ type: 'config', ...config });
  }

  end(): void {
    this.#outbox.say({ type: 'end' });
  }

  close(code = 1000): void {
    if (this.#isOver) return;
    const link = this.#current ?? this.#candidate;
    link?.close(code);
    this.#stop(link);
    if (link === undefined) this.#settleClosed({ code, reason: '' });
    else void link.closed.then(this.#settleClosed);
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Reads one connection from its first message to its last. */
  async #follow(link: Link, gateway: number): Promise<void> {
    const { clock } = this.#lines;
    const isFirst = this.#recovery === undefined;
    const begun = new AbortController();
    let fault: RtError | undefined;
    let error: Ending['error'];
    this.#candidate = link;
    clock
      .sleep(isFirst ? FIRST_BEGIN_MS : RESUMED_BEGIN_MS, AbortSignal.any([begun.signal, this.#over.signal]))
      .then(
        () => {
          fault = isFirst ? noBegin(FIRST_BEGIN_MS) : undefined;
          link.terminate();
        },
        () => undefined,
      );
    try {
      for await (const message of link.messages) {
        if (this.#isOver || (begun.signal.aborted && link !== this.#current)) break;
        this.#watch?.heard();
        if (message.type === 'session.begin' && !begun.signal.aborted) {
          begun.abort();
          this.#take(link, message, gateway);
          this.#sequence.accept(message.seq);
          this.#inbox.push(message);
        } else if (message.type === 'error' && !message.recoverable) error = message;
        else if (link !== this.#current || !this.#held.keeps(message)) this.#hear(message);
        if (this.#inbox.size >= MAX_UNREAD_MESSAGES) await this.#inbox.drained(MAX_UNREAD_MESSAGES / 2);
      }
    } catch (thrown) {
      this.#finish({ fault: toRtError(thrown) });
      return;
    }
    const close = await link.closed;
    begun.abort();
    this.#leave(link, { close, error, fault });
  }

  /** Makes `link` the connection of the session, from the place that `begin` names. */
  #take(link: Link, begin: Numbered<SessionBegin>, gateway: number): void {
    const { gateways, clock } = this.#lines;
    const watch = watchLink(link, { clock, signal: this.#over.signal, queue: this.#outbox });
    if (this.#recovery === undefined) {
      this.#recovery = startRecovery({ gateway, gatewayCount: gateways.length, token: begin.resume_token });
      this.#sessionId = begin.session_id;
      if (begin.resume_token === undefined) this.#outbox.forgetWhatIsSent();
      this.#outbox.attach(link, watch.sent);
    } else {
      this.#goOn(link, begin, { gateway, watch });
      this.#echoes.resumed(begin.seq);
    }
    this.#candidate = undefined;
    this.#held.release();
    const replaced = this.#current;
    this.#current = link;
    this.#watch = watch;
    replaced?.terminate();
  }

  /** @throws RtError session_failed when the gateway asks for what cannot be given */
  #goOn(
    link: Link,
    { session_id, resumed, resume_token }: SessionBegin,
    at: { readonly gateway: number; readonly watch: LinkWatch },
  ): void {
    const { gateways, clock, onNotice } = this.#lines;
    if (resumed === undefined || session_id !== this.#sessionId) {
      throw new RtError(
        'session_failed',
        'The gateway began another session in place of the one to go on with.',
      );
    }
    const { send_from_sample: frame, complete } = resumed;
    const { firstFrame, endFrame } = this.#outbox;
    if (!this.#outbox.attachAt(frame, link, at.watch.sent)) {
      const held = `${String(firstFrame)} to ${String(endFrame)}`;
      const problem = `The gateway asks for audio from frame ${String(frame)} on; held are ${held}.`;
      throw new RtError('session_failed', problem);
    }
    this.#apply({ type: 'begun', token: resume_token });
    const afterMs = this.#lostMs === undefined ? 0 : clock.nowMs() - this.#lostMs;
    this.#lostMs = undefined;
    onNotice({ type: 'resumed', gateway: gateways[at.gateway] ?? '', afterMs, isComplete: complete });
  }

  /** `message`, behind what was held back. */
  #hear(message: ReceivedMessage): void {
    if (message.type === 'session.end') this.#tellHeld();
    this.#receive(message);
  }

  #tellHeld(): void {
    for (const message of this.#held.release()) this.#receive(message);
  }

  #receive(message: ReceivedMessage): void {
    if (message.type === 'ack') {
      this.#acknowledge(message);
      if (!this.#lines.tellsAcks) return;
    }
    if ('seq' in message) {
      if (!this.#sequence.accept(message.seq)) return;
      // A session.begin among what was missed tells of a resume whose answer got lost.
      if (message.type !== 'session.begin') this.#apply({ type: 'progressed' });
    }
    if (message.type === 'session.end') this.#hasHeardEnd = true;
    if (!this.#echoes.isEcho(message)) this.#inbox.push(message);
    if (message.type === 'goaway') this.#apply({ type: 'goaway', reconnectInMs: message.reconnect_in_ms });
  }

  #acknowledge(ack: Ack): void {
    if (ack.received > this.#receivedFrames) this.#apply({ type: 'progressed' });
    this.#receivedFrames = Math.max(this.#receivedFrames, ack.received);
    this.#outbox.acknowledge(ack);
  }

  /** A connection has ended that may or may not still be the one of the session. */
  #leave(link: Link, ending: Ending): void {
    if (this.#isOver) return;
    // A replay may bring session.end before what else was missed.
    const hasAll = this.#hasHeardEnd && this.#sequence.holes === 0;
    if (hasAll || this.#recovery === undefined) {
      this.#finish(ending);
    } else if (link === this.#current) {
      this.#current = undefined;
      this.#watch = undefined;
      this.#lostMs = this.#lines.clock.nowMs();
      this.#outbox.detach();
      this.#apply({ type: 'lost', ending });
    } else if (link === this.#candidate) {
      this.#candidate = undefined;
      this.#tellHeld();
      this.#apply({ type: 'failed', ending });
    }
  }

  #apply(event: RecoveryEvent): void {
    if (this.#recovery === undefined) return;
    const { state, step } = next(this.#recovery, event);
    this.#recovery = state;
    if (step.type === 'try') void this.#try(step, event);
    if (step.type === 'end') {
      this.#finish(step.ending, step.why === 'exhausted' ? exhausted(step.ending) : undefined);
    }
  }

  async #try({ gateway: index, tried, adviceMs }: TryStep, cause: RecoveryEvent): Promise<void> {
    const { clock, random, options, gateways, onNotice } = this.#lines;
    const signal = this.#over.signal;
    const gateway = gateways[index] ?? options.gateway;
    const inMs = backoffMs(tried, { random, adviceMs });
    if (cause.type === 'lost') onNotice({ type: 'lost', ending: cause.ending, gateway, inMs });
    // A place that could not be had is no news while the connection stands.
    if (cause.type === 'failed' && this.isRecovering)
      onNotice({ type: 'try_failed', ending: cause.ending, gateway, inMs });
    let link: Link;
    try {
      await clock.sleep(inMs, signal);
      const query = { ...options.query, resume: 'true' };
      link = await this.#lines.openLink({ ...options, gateway, query }, { clock, signal });
    } catch (error) {
      if (!signal.aborted) this.#apply({ type: 'failed', ending: { fault: toRtError(error) } });
      return;
    }
    if (signal.aborted) {
      link.terminate();
      return;
    }
    this.#held.start();
    link.say({
      type: 'resume',
      token: this.#recovery?.token ?? '',
      from_sample: this.#outbox.firstFrame,
      have_seq: this.#sequence.unbroken,
    });
    await this.#follow(link, index);
  }

  /** The session is over for this client: the last error of the gateway, or `fault`, says why. */
  #finish(ending: Ending, fault: RtError | undefined = ending.fault): void {
    if (this.#isOver) return;
    const { error, close = { code: 1006, reason: '' } } = ending;
    if (error !== undefined && fault === undefined) {
      this.#inbox.push({ ...error, receivedMs: this.#lines.clock.nowMs() });
    }
    this.#stop();
    this.#settleClosed({ ...close, ...(fault === undefined ? {} : { fault }) });
  }

  /** Ends everything but `kept`, which is closing. */
  #stop(kept?: Link): void {
    this.#over.abort();
    for (const link of [this.#current, this.#candidate]) if (link !== kept) link?.terminate();
    this.#outbox.stop();
    this.#inbox.end();
  }
}
