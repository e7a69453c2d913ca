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
import { GRID_SAMPLES, SAMPLE_RATE } from '../../audio/frame.ts';
import { type AudioRing, createAudioRing } from '../../audio/lookback.ts';
import type { RtError } from '../../base/errors.ts';
import type { NemoMel } from '../asr/mel/nemo-mel.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import type { EngineEvent, EngineSessionOptions, EngineText } from '../engine.ts';
import { endpointerSettings, type EndpointerState, IDLE, nextEndpointerState } from '../vad/endpointer.ts';
import { readVadWindow, VAD_INPUT_SAMPLES, VAD_STATE_LENGTH } from '../vad/silero.ts';
import { assembleUtterance, codePoints, meanConfidence, type SpeechSpan } from './assembler.ts';
import {
  gridCeil,
  gridFloor,
  HISTORY_SAMPLES,
  nextIdleWindow,
  type RestartState,
  restartAt,
  withoutPending,
} from './restart-points.ts';
import { isSplitDue } from './split.ts';
import type { Control, EngineTask } from './tasks.ts';
import { openUtterance, type Utterance } from './utterance.ts';
import { wordlessWarning } from './wordless.ts';

export interface SessionParts {
  readonly recogniser: Recogniser;
  readonly mel: NemoMel;
  readonly emit: (event: EngineEvent) => void;
}

/** An utterance that gets no more audio and still has padded windows to run. */
interface Finish {
  readonly endSample: number;
  /** Where the session starts afresh; undefined at the end of the stream. */
  readonly restartSample: number | undefined;
}

const MS = SAMPLE_RATE / 1000;
const NOT_NUMERIC = 'The model produced values that are not numbers';
/** Speech a flush or an end must find to make an utterance of a mere candidate: two windows. */
const FLUSHABLE_SPEECH_SAMPLES = 2 * GRID_SAMPLES;
/** Audio that may wait in a session; the worker stops reading the link long before. */
const RING_CAPACITY_SAMPLES = 600 * SAMPLE_RATE;

export class SessionCore {
  readonly recogniser: Recogniser;
  readonly #parts: SessionParts;
  readonly #ring: AudioRing;
  readonly #controls: { readonly atSample: number; readonly control: Control }[] = [];
  readonly #vadState = new Float32Array(VAD_STATE_LENGTH);
  readonly #vadInput = new Float32Array(VAD_INPUT_SAMPLES);
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
  #lastText = '';
  #speechSamples = 0;
  #hasEnded = false;
  #isEnding = false;

  constructor(parts: SessionParts, options: EngineSessionOptions) {
    this.recogniser = parts.recogniser;
    this.#parts = parts;
    this.#options = options;
    this.#ring = createAudioRing({
      capacitySamples: RING_CAPACITY_SAMPLES,
      startSample: options.fromSample - options.historySamples,
    });
    this.#restart(options.fromSample);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Audio before this sample has been consumed. */
  get decodedSample(): number {
    return Math.max(this.#position, this.#consumed);
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

  /** The next task, or undefined while audio is missing. Complete it before asking again. */
  next(): EngineTask | undefined {
    while (!this.#hasEnded) {
      if (this.#finish) return this.#recogniseTask(this.#finish.endSample);
      const queued = this.#controls[0];
      const task = this.#taskWithin(queued?.atSample ?? this.#ring.endSample);
      if (task || !queued) return task;
      this.#controls.shift();
      this.#apply(queued.control, queued.atSample);
    }
    return undefined;
  }

  /** Result of a `score` task: a probability, NaN when the model failed. */
  scored(probability: number): void {
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
      const restart = Math.max(before.lastSpeechEndSample, this.#position - this.#lookbackSamples());
      this.#endSpeech(before.lastSpeechEndSample, { endSample: this.#position, restartSample: restart });
    } else if (step.state.mode === 'speech') {
      this.#splitLongSpeech(step.state, step.silent);
    } else if (step.state.mode === 'idle') {
      this.#utterance = undefined;
      const idle = nextIdleWindow(this.#restartState, this.#position, this.#lookbackSamples());
      this.#restartState = idle.state;
      if (idle.reset) this.#vadState.fill(0);
    }
    this.#trim();
  }

  /** Result of a `recognise` task; `isNumeric` is false when the model produced no numbers. */
  recognised(isNumeric: boolean): void {
    const utterance = this.#utterance;
    if (!utterance) return;
    if (!isNumeric) return this.#fail('asr_failed', NOT_NUMERIC);
    if (this.#finish) {
      if (utterance.windowsUntil(this.#finish.endSample) <= 0) this.#finalise(utterance, this.#finish);
      return;
    }
    this.#emitPartial(utterance);
    if (!this.#options.vad) this.#splitLongStream(utterance);
    this.#trim();
  }

  /** The task could not be run: the utterance is lost, the session is not. */
  failed(task: EngineTask, error: RtError): void {
    if (task.kind === 'score') this.#position += GRID_SAMPLES;
    this.#fail(error.code, error.message);
  }

  #taskWithin(limitSample: number): EngineTask | undefined {
    const scoreNeed = this.#options.vad ? this.#position + GRID_SAMPLES : Number.POSITIVE_INFINITY;
    const recogniseNeed = this.#utterance?.needSample() ?? Number.POSITIVE_INFINITY;
    if (Math.min(scoreNeed, recogniseNeed) > limitSample) return undefined;
    return recogniseNeed <= scoreNeed ? this.#recogniseTask(this.#ring.endSample) : this.#scoreTask();
  }

  #scoreTask(): EngineTask {
    readVadWindow(this.#ring, this.#position, this.#vadInput);
    return { kind: 'score', item: { input: this.#vadInput, state: this.#vadState } };
  }

  #recogniseTask(limitSample: number): EngineTask {
    const utterance = this.#utterance as Utterance;
    this.#consumed = Math.max(this.#consumed, Math.min(utterance.needSample(), limitSample));
    utterance.prepare(this.#ring, limitSample);
    return { kind: 'recognise', item: { state: utterance.state, features: utterance.features } };
  }

  #apply(control: Control, atSample: number): void {
    if (control.type === 'update') {
      this.#options = { ...this.#options, ...control.change };
    } else if (control.type === 'clear') {
      if (this.#endpointer.mode === 'speech') this.#emitSpeechEnd(this.#endpointer.lastSpeechEndSample);
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
    if (heard.mode === 'candidate' && heard.speechSamples >= FLUSHABLE_SPEECH_SAMPLES) {
      this.#speech = heard;
      this.#confirm(heard.startSample);
    }
    if (this.#speech && heard.mode !== 'idle') {
      this.#endSpeech(heard.lastSpeechEndSample, finish);
    } else if (!this.#options.vad && endSample > (this.#utterance?.originSample ?? endSample)) {
      this.#finish = finish;
    } else if (restartSample === undefined) {
      this.#end(endSample);
    }
  }

  #openCandidate(startSample: number): void {
    this.#restartState = withoutPending(this.#restartState);
    this.#openUtterance(Math.max(this.#floor, startSample - this.#options.prefixPaddingMs * MS));
  }

  /** A candidate is an utterance: says so, and what was recognised of it so far. */
  #confirm(startSample: number): void {
    this.#parts.emit({ type: 'speech-start', atSample: startSample });
    if (this.#utterance && this.#endpointer.mode === 'speech') this.#emitPartial(this.#utterance);
  }

  #openUtterance(originSample: number): void {
    const { language } = this.#options;
    this.#utterance = openUtterance({ ...this.#parts, originSample, language });
    this.#lastText = '';
  }

  #endSpeech(lastSpeechEndSample: number, finish: Finish): void {
    this.#emitSpeechEnd(lastSpeechEndSample);
    this.#finish = finish;
  }

  #emitSpeechEnd(atSample: number): void {
    this.#parts.emit({ type: 'speech-end', atSample });
  }

  #splitLongSpeech(speech: Extract<EndpointerState, { mode: 'speech' }>, silent: boolean): void {
    const lengthMs = (this.#position - speech.startSample) / MS;
    if (!isSplitDue(lengthMs, { maxMs: this.#options.maxUtteranceMs, isPause: silent })) return;
    this.#endSpeech(speech.lastSpeechEndSample, { endSample: this.#position, restartSample: this.#position });
  }

  #splitLongStream(utterance: Utterance): void {
    const lengthMs = (this.#consumed - utterance.originSample) / MS;
    const isPause = utterance.state.hypothesis.blankRun * this.recogniser.shape.tokenFrameSamples >= 240 * MS;
    if (!isSplitDue(lengthMs, { maxMs: this.#options.maxUtteranceMs, isPause })) return;
    this.#finish = { endSample: this.#consumed, restartSample: gridFloor(this.#consumed) };
  }

  #text(utterance: Utterance, limitSample: number): EngineText {
    return assembleUtterance(utterance.state.hypothesis.tokens, this.recogniser.vocabulary, {
      originSample: utterance.originSample,
      frameSamples: this.recogniser.shape.tokenFrameSamples,
      speech: this.#speech,
      limitSample,
    });
  }

  #emitPartial(utterance: Utterance): void {
    if (!this.#options.partials || this.#endpointer.mode === 'candidate') return;
    // While catching up with look-back only the last window speaks.
    if (utterance.needSample() <= this.#position) return;
    const audioEndSample = this.decodedSample;
    const text = this.#text(utterance, audioEndSample);
    if (text.text === this.#lastText) return;
    this.#lastText = text.text;
    // Greedy tokens are never taken back, so every character stays.
    this.#parts.emit({ type: 'partial', ...text, stableChars: codePoints(text.text), audioEndSample });
  }

  #finalise(utterance: Utterance, finish: Finish): void {
    const limit = finish.restartSample ?? finish.endSample;
    const text = this.#text(utterance, limit);
    this.#speechSamples += text.endSample - text.startSample;
    if (text.words.length > 0) {
      this.#parts.emit({
        type: 'final',
        ...text,
        confidence: meanConfidence(text.words),
        audioEndSample: finish.endSample,
        commitSample: limit,
      });
    } else {
      const warning = wordlessWarning(this.#speech);
      if (warning) this.#parts.emit(warning);
    }
    this.#resume(finish);
  }

  #fail(code: RtError['code'], message: string): void {
    const finish = this.#finish;
    if (this.#endpointer.mode === 'speech' && !finish)
      this.#emitSpeechEnd(this.#endpointer.lastSpeechEndSample);
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
    this.#parts.emit({ type: 'ended', decodedSample: endSample, speechSamples: this.#speechSamples });
  }

  /** Makes the state canonical at a grid position; audio from there on is judged (again). */
  #restart(sample: number): void {
    this.#position = sample;
    this.#consumed = sample;
    this.#floor = sample;
    this.#vadState.fill(0);
    this.#endpointer = IDLE;
    this.#restartState = restartAt(sample);
    this.#finish = undefined;
    this.#utterance = undefined;
    this.#speech = undefined;
    this.#lastText = '';
    if (!this.#options.vad) this.#openUtterance(sample);
  }

  #lookbackSamples(): number {
    return gridCeil(this.#options.prefixPaddingMs * MS);
  }

  /** Forgets audio that no later window, look-back or restart can ask for. */
  #trim(): void {
    const heard = this.#endpointer;
    const judged = heard.mode === 'candidate' ? heard.startSample : this.#position;
    const oldest = this.#options.vad ? judged - this.#lookbackSamples() : gridFloor(this.#consumed);
    const recogniser = this.#utterance?.oldestSample() ?? Number.POSITIVE_INFINITY;
    this.#ring.trimTo(Math.min(oldest - HISTORY_SAMPLES, recogniser));
  }
}
