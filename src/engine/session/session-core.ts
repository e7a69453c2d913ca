/**
 * One session inside an engine thread: audio and controls in, tasks for the models out, events out.
 *
 * It runs no model itself. `next` names the one task that must come next, the scheduler runs it
 * together with other sessions' tasks and hands the result back. Tasks are ordered by the sample
 * they need, never by when audio arrived, so the events depend on the audio alone: any split of the
 * same samples gives the same events.
 *
 * `#restart` returns everything but the audio to the initial state; a cold start calls the same code.
 * That is why an engine that ran through a restart point and one started there agree.
 */
import { GRID_SAMPLES, gridFloor, HISTORY_SAMPLES, SAMPLE_RATE } from '../../audio/frame.ts';
import { type AudioRing, createAudioRing } from '../../audio/lookback.ts';
import type { RtError } from '../../base/errors.ts';
import type { UtteranceResult } from '../asr/utterance-recogniser.ts';
import type { EngineEvent, EngineSessionOptions } from '../engine.ts';
import { createDetectorFeed, type DetectorFeed } from '../vad/detector-feed.ts';
import type { SilentStates } from '../vad/silent-states.ts';
import { endpointerSettings, type EndpointerState, IDLE, nextEndpointerState } from '../vad/endpointer.ts';
import type { SpeechSpan } from './assembler.ts';
import { type Announcer, createAnnouncer } from './announcements.ts';
import {
  type Finish,
  finishAt,
  isFlushable,
  isSpeechTooLong,
  isStreamTooLong,
  wholeStreamEnd,
} from './cuts.ts';
import { lookbackSamples, longestUtteranceMs, RING_CAPACITY_SAMPLES } from './limits.ts';
import { audioEndOf, openUtterance, type Recognition } from './recognition.ts';
import { nextIdleWindow, type RestartState, restartAt, withoutPending } from './restart-points.ts';
import { repetitionWarning, rutOf, rutWarning } from './rut.ts';
import type { Control, EngineTask, TranscribeTask } from './tasks.ts';
import type { Utterance } from './utterance.ts';

export interface SessionParts {
  readonly recognition: Recognition;
  /** The detector's memory of silence; none: every window is scored. */
  readonly silentStates?: SilentStates;
  readonly emit: (event: EngineEvent) => void;
}

const NOT_NUMERIC = 'The model produced values that are not numbers';

export class SessionCore {
  readonly #parts: SessionParts;
  readonly #announcer: Announcer;
  readonly #detector: DetectorFeed;
  readonly #lookbackSamples: number;
  readonly #maxUtteranceMs: number;
  readonly #ring: AudioRing;
  readonly #controls: { readonly atSample: number; readonly control: Control }[] = [];
  #options: EngineSessionOptions;
  /** Start of the next detector window: everything before it is judged. */
  #position = 0;
  /** End of the audio the recogniser has seen. */
  #consumed = 0;
  /** Where the state was last made canonical by `#restart`: look-back stops here. */
  #floor = 0;
  #endpointer: EndpointerState = IDLE;
  #restartState: RestartState = restartAt(0);
  #utterance: Utterance | undefined;
  /** The speech the current utterance was opened for; none when the detector is off. */
  #speech: SpeechSpan | undefined;
  #finish: Finish | undefined;
  #hasEnded = false;
  #isEnding = false;

  constructor(parts: SessionParts, options: EngineSessionOptions) {
    this.#parts = parts;
    this.#announcer = createAnnouncer(parts.emit);
    this.#options = options;
    this.#lookbackSamples = lookbackSamples(options);
    this.#maxUtteranceMs = longestUtteranceMs(options, parts.recognition);
    this.#ring = createAudioRing({
      capacitySamples: RING_CAPACITY_SAMPLES,
      startSample: options.fromSample - options.historySamples,
    });
    this.#detector = createDetectorFeed(this.#ring, parts.silentStates ?? []);
    this.#restart(options.fromSample);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Audio before this sample has been consumed. */
  get decodedSample(): number {
    return Math.max(this.#position, this.#consumed);
  }

  /** Samples that have arrived. */
  get receivedSample(): number {
    return this.#ring.endSample;
  }

  /** An utterance is over and its final is awaited. */
  get isFinishing(): boolean {
    return this.#finish !== undefined;
  }

  get commitSample(): number {
    return this.#restartState.commitSample;
  }

  push(pcm: Int16Array): void {
    if (!this.#isEnding) this.#ring.append(pcm);
  }

  /** Queues a control behind the audio pushed so far. */
  control(control: Control): void {
    if (this.#isEnding) return;
    this.#isEnding = control.type === 'end';
    this.#controls.push({ atSample: this.#ring.endSample, control });
  }

  /**
   * The next task, or undefined while audio is missing. Complete it before asking again; `judged`: a window has been
   * judged without one.
   */
  next(): EngineTask | 'judged' | undefined {
    while (!this.#hasEnded) {
      if (this.#finish) return this.#recogniseTask(this.#finish.endSample);
      const queued = this.#controls[0];
      const limitSample = queued?.atSample ?? this.#ring.endSample;
      if (this.#cutWholeStream(limitSample)) continue;
      const task = this.#taskWithin(limitSample);
      if (task || !queued) return task;
      this.#controls.shift();
      this.#apply(queued.control, queued.atSample);
    }
    return undefined;
  }

  /** Result of a `score` task: a probability for each of its windows, NaN where the model failed. */
  scored(probabilities: Float32Array): void {
    this.#detector.answer(probabilities);
  }

  /** Moves beyond the window at `#position`, in which somebody spoke with this probability. */
  #judge(probability: number): void {
    this.#position += GRID_SAMPLES;
    if (Number.isNaN(probability)) return this.#fail('asr_failed', NOT_NUMERIC);
    const before = this.#endpointer;
    const window = { probability, endSample: this.#position };
    const step = nextEndpointerState(before, window, endpointerSettings(this.#options));
    this.#endpointer = step.state;
    // Recognised while it is only a candidate, so that little is left to do when it is confirmed.
    if (before.mode === 'idle' && step.state.mode !== 'idle') this.#openCandidate(step.state.startSample);
    if (step.state.mode === 'speech') this.#speech = step.state;
    if (step.decision === 'confirmed' && step.state.mode === 'speech') this.#confirm(step.state.startSample);
    if (step.decision === 'ended' && before.mode === 'speech') {
      // Rewind into the silence, so that the soft beginning of the next word is heard by it.
      const restart = Math.max(before.lastSpeechEndSample, this.#position - this.#lookbackSamples);
      this.#announcer.speechEnd(before.lastSpeechEndSample);
      this.#finish = { endSample: this.#position, restartSample: restart };
    } else if (step.state.mode === 'speech') {
      this.#splitLongSpeech(step.state, step.silent);
    } else if (step.state.mode === 'idle') {
      this.#utterance = undefined;
      const idle = nextIdleWindow(this.#restartState, this.#position, this.#lookbackSamples);
      this.#restartState = idle.state;
      if (idle.reset) this.#detector.reset();
    }
    this.#trim();
  }

  /** Result of a `recognise` task; `isNumeric` is false when the model produced no numbers. */
  recognised(isNumeric: boolean): void {
    const utterance = this.#utterance;
    if (!utterance) return;
    if (!isNumeric) return this.#fail('asr_failed', NOT_NUMERIC);
    if (this.#finish) {
      if (utterance.isComplete(this.#finish.endSample)) this.#finalise(utterance, this.#finish);
      return;
    }
    this.#emitPartial(utterance);
    this.#cut(utterance);
    this.#trim();
  }

  /** Result of a `transcribe` task; undefined when the model produced no numbers. */
  transcribed(task: TranscribeTask, result: UtteranceResult | undefined): void {
    if (!result) return this.#fail('asr_failed', NOT_NUMERIC);
    task.accept(result);
    if (result.guard === 'repetition') this.#parts.emit(repetitionWarning(this.decodedSample));
    if (this.#utterance && this.#finish) this.#finalise(this.#utterance, this.#finish);
  }

  /** The task could not be run: the utterance is lost, the session is not. */
  failed(task: EngineTask, error: RtError): void {
    if (task.kind === 'score') this.#position += GRID_SAMPLES;
    this.#fail(error.code, error.message);
  }

  #taskWithin(limitSample: number): EngineTask | 'judged' | undefined {
    const judgeNeed = this.#options.vad ? this.#position + GRID_SAMPLES : Number.POSITIVE_INFINITY;
    const recogniseNeed = this.#utterance?.needSample() ?? Number.POSITIVE_INFINITY;
    if (Math.min(judgeNeed, recogniseNeed) > limitSample) return undefined;
    if (recogniseNeed <= judgeNeed) return this.#recogniseTask(this.#ring.endSample);
    const probability = this.#detector.known(this.#position, this.#endpointer.mode === 'idle');
    if (probability === undefined) {
      return { kind: 'score', item: this.#detector.ask(this.#position, limitSample) };
    }
    this.#judge(probability);
    return 'judged';
  }

  #recogniseTask(limitSample: number): EngineTask {
    const utterance = this.#utterance as Utterance;
    this.#consumed = Math.max(this.#consumed, Math.min(utterance.needSample(), limitSample));
    return utterance.task(this.#ring, audioEndOf(this.#parts.recognition.kind, limitSample, this.#speech));
  }

  #apply(control: Control, atSample: number): void {
    if (control.type === 'update') {
      this.#options = { ...this.#options, ...control.change };
    } else if (control.type === 'clear') {
      if (this.#endpointer.mode === 'speech') this.#announcer.speechEnd(this.#endpointer.lastSpeechEndSample);
      this.#restart(gridFloor(atSample));
    } else {
      const restartSample = control.type === 'flush' ? gridFloor(atSample) : undefined;
      this.#conclude({ endSample: restartSample ?? atSample, restartSample });
    }
  }

  /** Flush or end: an utterance in progress gets its final, a candidate becomes one. */
  #conclude(finish: Finish): void {
    const { endSample, restartSample } = finish;
    const heard = this.#endpointer;
    if (heard.mode === 'candidate' && isFlushable(heard)) {
      this.#speech = heard;
      this.#confirm(heard.startSample);
    }
    if (this.#speech && heard.mode !== 'idle') {
      this.#announcer.speechEnd(heard.lastSpeechEndSample);
      this.#finish = finish;
    } else if (!this.#options.vad && endSample > (this.#utterance?.originSample ?? endSample)) {
      this.#finish = finish;
    } else if (restartSample === undefined) {
      this.#end(endSample);
    }
  }

  #openCandidate(startSample: number): void {
    this.#restartState = withoutPending(this.#restartState);
    const prefixSamples = (this.#options.prefixPaddingMs * SAMPLE_RATE) / 1000;
    this.#openUtterance(Math.max(this.#floor, startSample - prefixSamples));
  }

  /** A candidate is an utterance: says so, and what was recognised of it so far. */
  #confirm(startSample: number): void {
    this.#announcer.speechStart(startSample);
    if (this.#utterance && this.#endpointer.mode === 'speech') this.#emitPartial(this.#utterance);
  }

  #openUtterance(originSample: number): void {
    const { language } = this.#options;
    this.#utterance = openUtterance(this.#parts.recognition, { originSample, language });
    this.#announcer.startAfresh();
  }

  #splitLongSpeech(speech: SpeechSpan, isPause: boolean): void {
    const stretch = { startSample: speech.startSample, endSample: this.#position };
    if (!isSpeechTooLong(stretch, { maxMs: this.#maxUtteranceMs, isPause })) return;
    this.#announcer.speechEnd(speech.lastSpeechEndSample);
    this.#finish = finishAt(this.#position);
  }

  /** Ends an utterance whose model heard the turn end or is stuck, or whose stream has no detector and got long. */
  #cut(utterance: Utterance): void {
    const endSample = this.decodedSample;
    const isTold = !this.#options.vad || this.#endpointer.mode === 'speech';
    const rut = rutOf(utterance, this.#speech);
    const isLong = !this.#options.vad && isStreamTooLong(utterance, this.#consumed, this.#maxUtteranceMs);
    // A candidate's end of turn is left to the detector: nobody has been told of its speech.
    if (!rut && !isLong && !(isTold && utterance.isTurnOver)) return;
    if (rut) this.#parts.emit(rutWarning(rut, endSample));
    if (this.#endpointer.mode === 'speech') this.#announcer.speechEnd(this.#endpointer.lastSpeechEndSample);
    this.#finish = finishAt(endSample);
  }

  /** Without the detector a model that hears whole utterances gets one at every `maxUtteranceMs`. */
  #cutWholeStream(limitSample: number): boolean {
    const utterance = this.#utterance;
    if (this.#options.vad || this.#parts.recognition.kind === 'streaming' || !utterance) return false;
    const endSample = wholeStreamEnd(utterance.originSample, this.#maxUtteranceMs);
    if (endSample > limitSample) return false;
    this.#finish = finishAt(endSample);
    return true;
  }

  #emitPartial(utterance: Utterance): void {
    if (!this.#options.partials || this.#endpointer.mode === 'candidate') return;
    // While catching up with look-back only the last window speaks.
    if (utterance.needSample() <= this.#position) return;
    this.#announcer.partial(utterance, { speech: this.#speech, audioEndSample: this.decodedSample });
  }

  #finalise(utterance: Utterance, finish: Finish): void {
    const { endSample, restartSample: commitSample = endSample } = finish;
    this.#announcer.final(utterance, { speech: this.#speech, endSample, commitSample });
    this.#resume(finish);
  }

  #fail(code: RtError['code'], message: string): void {
    const finish = this.#finish;
    const heard = this.#endpointer;
    if (heard.mode === 'speech' && !finish) this.#announcer.speechEnd(heard.lastSpeechEndSample);
    const restartSample = finish?.restartSample ?? gridFloor(this.decodedSample);
    this.#parts.emit({ type: 'fault', code, message, commitSample: restartSample });
    this.#resume(finish ?? { endSample: restartSample, restartSample });
  }

  #resume(finish: Finish): void {
    if (finish.restartSample === undefined) this.#end(finish.endSample);
    else this.#restart(finish.restartSample);
  }

  #end(endSample: number): void {
    this.#hasEnded = true;
    this.#position = endSample;
    this.#restartState = restartAt(endSample);
    this.#announcer.ended(endSample);
  }

  /** Makes the state canonical at a grid position; audio from there on is judged (again). */
  #restart(sample: number): void {
    this.#position = sample;
    this.#consumed = sample;
    this.#floor = sample;
    this.#detector.reset();
    this.#endpointer = IDLE;
    this.#restartState = restartAt(sample);
    this.#finish = undefined;
    this.#utterance = undefined;
    this.#speech = undefined;
    if (!this.#options.vad) this.#openUtterance(sample);
  }

  /** Forgets audio that no later window, look-back or restart can ask for. */
  #trim(): void {
    const heard = this.#endpointer;
    const judged = heard.mode === 'candidate' ? heard.startSample : this.#position;
    const oldest = this.#options.vad ? judged - this.#lookbackSamples : gridFloor(this.#consumed);
    const recogniser = this.#utterance?.oldestSample() ?? Number.POSITIVE_INFINITY;
    this.#ring.trimTo(Math.min(oldest - HISTORY_SAMPLES, recogniser));
  }
}
