/**
 * A session's line to whichever worker serves it. When that worker is lost, silent, stuck or leaving, the line
 * finds another one and sends it what is not final yet, so that the session goes on as if nothing had been
 * (docs/sessions.md, FLO-n).
 *
 * Always true: one link at most is heard, and what a former one still says changes nothing; all audio since
 * `finalised` is held here; the epoch rises with every claim on another worker; after `close` nothing is told.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { messageOf, RtError, type RtErrorCode } from '../../base/errors.ts';
import type { WorkerId } from '../../base/ids.ts';
import { encodeMessage } from '../../protocol/codec.ts';
import { fromWireSeconds } from '../../protocol/time.ts';
import type { WorkerMessage } from '../../protocol/worker-messages.ts';
import type { SessionInfo } from '../../registry/ports.ts';
import { createExclusion } from '../replay/exclusion.ts';
import { isPoison, type WorkerLoss } from '../replay/poison.ts';
import { FULL_SAMPLES, type PlacedControl } from '../replay/replay-log.ts';
import { createTold, type Told } from '../replay/told.ts';
import { nextWatch, startWatch } from '../replay/worker-watch.ts';
import type { LinkRequest, WorkerLink } from '../worker-link.ts';
import { failoverWarning, waitingWarning } from './failover-warnings.ts';
import { findWorker } from './find-worker.ts';
import { createLeaving } from './leaving.ts';
import type { HandOverWish, WorkerLine, WorkerLineParts } from './ports.ts';
import { createRoom } from './room.ts';

/** What a worker may say that another one need not. */
const WORTH_MOVING: ReadonlySet<RtErrorCode> = new Set<RtErrorCode>([
  'shutting_down',
  'worker_lost',
  'resource_exhausted',
  'internal_error',
  'asr_failed',
]);
/** After its worker is lost a session has the slots that are kept for such. */
const LOST = { avoid: new Set<string>(), priority: 'replay' } as const;
/** Out of a worker that drains: nothing is as urgent, and as sure to be lost otherwise. */
const DRAINING = { why: 'draining', avoid: new Set<string>(), priority: 'replay' } as const;

interface Seat {
  readonly link: WorkerLink;
  speechS: number;
  /** How long a step of its engine may take; 0: not long. */
  stepMs: number;
}

/** A line whose first link is open; nothing of it is heard before `start`. */
export function createWorkerLine(parts: WorkerLineParts, first: WorkerLink): WorkerLine {
  return new Line(parts, first);
}

class Line implements WorkerLine {
  readonly #parts: WorkerLineParts;
  readonly #told: Told;
  readonly #exclusion = createExclusion();
  readonly #room = createRoom(() => this.bufferedBytes);
  readonly #first: WorkerLink;
  #info: SessionInfo;
  #seat: Seat | undefined;
  #workerId: WorkerId;
  #isMoving = false;
  #isClosed = false;
  #decodedSample: number;
  #caughtUpAt = 0;
  #formerSpeechS = 0;
  #losses: WorkerLoss[] = [];
  #watch: ReturnType<typeof startWatch>;
  #hasSpoken = true;
  #leaving = createLeaving();
  #hasStayed = false;

  constructor(parts: WorkerLineParts, first: WorkerLink) {
    this.#parts = parts;
    this.#told = createTold(parts.told);
    this.#workerId = first.workerId;
    this.#decodedSample = parts.log.finalisedSample;
    this.#watch = startWatch(parts.clock.nowMs(), this.#decodedSample);
    // Another worker may mean another model by the same alias.
    this.#info = { ...parts.info, model: first.ready.model };
    this.#first = first;
  }

  start(): void {
    this.#attach(this.#first);
  }

  get workerId(): WorkerId {
    return this.#workerId;
  }

  get claim(): SessionInfo | undefined {
    return this.#isMoving || this.#isClosed ? undefined : this.#info;
  }

  get epoch(): number {
    return this.#info.epoch;
  }

  get decodedSample(): number {
    return this.#decodedSample;
  }

  get isCatchingUp(): boolean {
    return !this.#seat || this.#decodedSample < this.#caughtUpAt;
  }

  get formerSpeechS(): number {
    return this.#formerSpeechS;
  }

  get bufferedBytes(): number {
    if (this.#isClosed) return 0;
    const { log } = this.#parts;
    const held = log.isFull ? 2 * (log.endSample - log.finalisedSample - FULL_SAMPLES) : 0;
    return Math.max(held, this.#seat?.link.socket.bufferedBytes ?? 0);
  }

  async drained(bytes: number): Promise<void> {
    await this.#seat?.link.socket.drained(bytes);
    await this.#room.wait(bytes);
  }

  sendAudio(pcm: Uint8Array): void {
    this.#parts.log.addAudio(pcm);
    this.#seat?.link.socket.send(pcm);
  }

  sendControl(control: PlacedControl): void {
    this.#parts.log.addControl(control);
    this.#seat?.link.socket.send(encodeMessage(control));
  }

  tick(nowMs: number, isSpeaking: boolean): void {
    const { limits, log } = this.#parts;
    const seat = this.#seat;
    if (!seat || this.#isMoving) return;
    const look = {
      nowMs,
      hasSpoken: this.#hasSpoken,
      decodedSample: this.#decodedSample,
      isOwing: log.endSample - this.#decodedSample > SAMPLE_RATE,
      stepMs: seat.stepMs,
    };
    this.#hasSpoken = false;
    const { state, verdict } = nextWatch(this.#watch, look, limits);
    this.#watch = state;
    if (verdict === 'ping') void seat.link.socket.ping().then((ms) => this.#onPong(seat, ms));
    else if (verdict !== 'alive') return this.#lose(seat, verdict);
    if (!this.#leaving.isDue(nowMs, isSpeaking)) return;
    this.#exclusion.add(this.#workerId, { nowMs, why: DRAINING.why });
    void this.handOver(DRAINING);
  }

  allowResume(sums: string): void {
    // Told with every message of a resumed client.
    if (this.#info.resume !== sums) this.#info = { ...this.#info, resume: sums };
  }

  leave(): void {
    this.#leaving.begin(this.#parts.clock.nowMs());
  }

  async handOver(wish: HandOverWish): Promise<'moved' | 'stays'> {
    const { clock, signal, logger } = this.#parts;
    const seat = this.#seat;
    if (!seat || this.#isMoving) return 'stays';
    const before = this.#info;
    const sinceMs = clock.nowMs();
    this.#isMoving = true;
    this.#info = { ...before, epoch: before.epoch + 1 };
    try {
      const link = await this.#parts.open(this.#request(wish, () => this.#detach(seat)));
      if (signal.aborted) {
        link.socket.terminate();
        return 'stays';
      }
      seat.link.socket.close(1000, 'handed over');
      this.#takeUp(link);
      const places = { from: seat.link.workerId, to: link.workerId };
      logger.info('session handed over', { session: before.id, ...places, why: wish.why });
      return 'moved';
    } catch (error) {
      if (signal.aborted) return 'stays';
      logger[this.#hasStayed ? 'debug' : 'info']('session stays', {
        session: before.id,
        error: messageOf(error),
      });
      this.#hasStayed = true;
      // The old link is heard no more if the new worker had already been told where to start.
      if (this.#seat === seat) this.#isMoving = false;
      else {
        seat.link.socket.terminate();
        await this.#recover({ sinceMs, why: 'handing over failed' });
      }
      return 'stays';
    }
  }

  close(reason: string): void {
    this.#isClosed = true;
    (this.#seat?.link ?? this.#first).socket.close(1000, reason);
    this.#seat = undefined;
    this.#room.look();
  }

  #attach(link: WorkerLink): void {
    const seat: Seat = { link, speechS: 0, stepMs: link.ready.step_ms ?? 0 };
    this.#seat = seat;
    this.#workerId = link.workerId;
    this.#hasSpoken = true;
    this.#leaving = createLeaving();
    this.#hasStayed = false;
    link.onMessage((message) => {
      if (this.#seat === seat) this.#hear(seat, message);
    });
    void link.socket.closed.then(() => {
      if (this.#seat === seat) this.#lose(seat, 'closed');
    });
  }

  #onPong(seat: Seat, roundTripMs: number | undefined): void {
    if (this.#seat === seat && roundTripMs !== undefined) this.#hasSpoken = true;
  }

  #hear(seat: Seat, message: WorkerMessage): void {
    const { onMessage } = this.#parts;
    this.#hasSpoken = true;
    if (message.type === 'error' && !message.recoverable && WORTH_MOVING.has(message.code)) {
      return this.#lose(seat, message.code);
    }
    if (message.type === 'progress') {
      this.#decodedSample = message.decoded;
      seat.stepMs = message.step_ms ?? 0;
    }
    // Progress is told four times a second: a worker that dies sooner has said how far it was only so.
    if (message.type === 'transcript.partial') this.#heardUpTo(fromWireSeconds(message.audio_end));
    if (message.type === 'transcript.final') seat.speechS += message.end - message.start;
    if (this.#told.isNews(message)) onMessage(message);
    const finalised = 'commit_sample' in message ? message.commit_sample : undefined;
    if (typeof finalised === 'number') this.#finalise(finalised);
  }

  #heardUpTo(sample: number): void {
    this.#decodedSample = Math.max(this.#decodedSample, sample);
  }

  #finalise(sample: number): void {
    this.#parts.log.finalise(sample);
    this.#told.finalise(sample);
    this.#room.look();
  }

  /** The worker is of no use to this session any more. */
  #lose(seat: Seat, why: string): void {
    const { logger, clock, log, onGivenUp } = this.#parts;
    const sinceMs = clock.nowMs();
    logger.warn('worker lost', { session: this.#info.id, worker: seat.link.workerId, why });
    this.#losses.push({ finalisedSample: log.finalisedSample, decodedSample: this.#decodedSample });
    this.#exclusion.add(seat.link.workerId, { nowMs: sinceMs, why });
    this.#detach(seat);
    seat.link.socket.terminate();
    // It was being left anyway: whoever is looking for the next worker goes on looking.
    if (this.#isMoving) return;
    if (isPoison(this.#losses)) {
      const message = 'Three workers in a row were lost at the same place of this audio';
      return onGivenUp(new RtError('poison_audio', message));
    }
    void this.#recover({ sinceMs, why });
  }

  /** From here on nothing of it is heard, and the next worker starts at `finalised`. */
  #detach(seat: Seat): void {
    if (this.#seat !== seat) return;
    this.#seat = undefined;
    this.#formerSpeechS += seat.speechS;
    this.#caughtUpAt = Math.max(this.#caughtUpAt, this.#decodedSample);
    this.#decodedSample = this.#parts.log.finalisedSample;
    this.#told.startAgain();
  }

  async #recover(loss: { readonly sinceMs: number; readonly why: string }): Promise<void> {
    const { clock, limits, signal, logger, open, onGivenUp, onWarning } = this.#parts;
    this.#isMoving = true;
    this.#info = { ...this.#info, epoch: this.#info.epoch + 1 };
    const found = await findWorker({
      ...loss,
      open: () => open(this.#request(LOST)),
      graceMs: limits.graceMs,
      clock,
      log: logger.child({ session: this.#info.id }),
      signal,
      onWaiting: (waitedMs) => onWarning(waitingWarning(waitedMs)),
    });
    if (!found) return;
    if (found instanceof RtError) {
      onGivenUp(found);
      return;
    }
    onWarning(failoverWarning(clock.nowMs() - loss.sinceMs));
    this.#takeUp(found);
  }

  #request(
    { avoid, priority }: Pick<HandOverWish, 'avoid' | 'priority'>,
    beforeConfig: () => void = () => undefined,
  ): LinkRequest {
    const { log, clock, signal, config } = this.#parts;
    return {
      session: this.#info,
      exclude: new Set([...this.#exclusion.at(clock.nowMs()), ...avoid]),
      priority,
      isRetried: true,
      config: () => {
        beforeConfig();
        return {
          ...config,
          ...log.settled,
          model: this.#info.model,
          epoch: this.#info.epoch,
          from_sample: log.finalisedSample,
          history_samples: log.historySamples,
        };
      },
      signal,
    };
  }

  /** The link is ready: sends what is not final, then whatever comes. */
  #takeUp(link: WorkerLink): void {
    const { log, clock } = this.#parts;
    for (const part of log.replay()) {
      link.socket.send(part instanceof Uint8Array ? part : encodeMessage(part));
    }
    this.#isMoving = false;
    this.#decodedSample = log.finalisedSample;
    this.#watch = startWatch(clock.nowMs(), this.#decodedSample);
    this.#attach(link);
    this.#room.look();
  }
}
