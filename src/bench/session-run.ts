/**
 * One session of a load run: connects, sends what is due, ends, and keeps what came back.
 *
 * States: connecting → speaking → ending → over. Always true: a message is never sent before it is due; those that
 * were due before the server was ready are sent when it is, which is the server's delay and not the generator's;
 * whatever happens the session is over once, with one outcome.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { type Program, samplesAt } from './program.ts';
import type { StepRecorder } from './recorder.ts';
import type { SessionObserver } from './session-observer.ts';
import { dueMs, type SessionPlan, type Timing } from './schedule.ts';
import { createSessionLags, type SessionLags } from './session-lags.ts';
import { type SessionOutcome, outcomeOfClose, SILENT } from './session-outcome.ts';
import type { BenchHandlers, BenchStream, BenchWire, WireFault } from './wire.ts';

export interface SessionRun {
  /** Undefined while it runs. */
  readonly outcome: SessionOutcome | undefined;
  /** What was final, in order, and what was shown last and never became final. */
  readonly texts: readonly string[];
  /** As the server named it when the session began. */
  readonly model: string | undefined;
  readonly hasBegun: boolean;
  /** Position up to which results have answered. */
  readonly answeredSamples: number;
  readonly over: Promise<void>;
  open(): void;
  /** Sends what is due up to `message`: now, or when the server is ready. */
  due(message: number): void;
  /** Whatever has not come by now counts as missing. */
  giveUp(): void;
}

export interface SessionRunOptions {
  readonly wire: BenchWire;
  readonly schedule: Timing;
  readonly plan: SessionPlan;
  readonly program: Program;
  readonly recorder: StepRecorder;
  /** Milliseconds since the step began. */
  readonly sinceMs: () => number;
  /** Period of flushes, where they are asked for. */
  readonly flushEveryMs: number | undefined;
  readonly onWarning: (code: string) => void;
  readonly observer?: SessionObserver | undefined;
}

/** A server writes durations in seconds; a millisecond is no loss. */
const WHOLE_WITHIN_SAMPLES = SAMPLE_RATE / 1000;

interface State {
  stream: BenchStream | undefined;
  readyAtMs: number | undefined;
  model: string | undefined;
  /** The newest message that is due, and the next to be sent. */
  dueMessage: number;
  nextMessage: number;
  nextFlushAtMs: number;
  endSentAtMs: number | undefined;
  fault: WireFault | undefined;
  outcome: SessionOutcome | undefined;
  shownText: string;
}

export function createSessionRun(options: SessionRunOptions): SessionRun {
  const { wire, plan, sinceMs, observer } = options;
  const lags = createSessionLags(options);
  const texts: string[] = [];
  const state: State = {
    stream: undefined,
    readyAtMs: undefined,
    model: undefined,
    dueMessage: -1,
    nextMessage: 0,
    nextFlushAtMs: plan.startAtMs + plan.flushPhase * (options.flushEveryMs ?? 0),
    endSentAtMs: undefined,
    fault: undefined,
    outcome: undefined,
    shownText: '',
  };
  let resolveOver = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    resolveOver = resolve;
  });
  const settle = (outcome: SessionOutcome): void => {
    if (state.outcome !== undefined) return;
    state.outcome = outcome;
    if (outcome.type === 'complete') lags.closed(sinceMs());
    if (outcome.type === 'failed') lags.givenUp(sinceMs(), state.dueMessage);
    if (state.shownText !== '') texts.push(state.shownText);
    observer?.over({ outcome, atMs: sinceMs(), endSentAtMs: state.endSentAtMs });
    resolveOver();
  };
  const handlers = createHandlers(options, { state, lags, texts, settle });

  return {
    texts,
    over,
    get outcome() {
      return state.outcome;
    },
    get model() {
      return state.model;
    },
    get hasBegun() {
      return state.readyAtMs !== undefined;
    },
    get answeredSamples() {
      return lags.answeredSamples;
    },
    open() {
      options.recorder.lag('lateness', plan.connectAtMs, sinceMs() - plan.connectAtMs);
      state.stream = wire.open(handlers);
      observer?.opened(state.stream);
    },
    due(message) {
      state.dueMessage = message;
      sendDue(options, state, lags);
    },
    giveUp() {
      settle({ type: 'failed', fault: state.fault ?? SILENT });
      state.stream?.close();
    },
  };
}

interface Parts {
  readonly state: State;
  readonly lags: SessionLags;
  readonly texts: string[];
  readonly settle: (outcome: SessionOutcome) => void;
}

function createHandlers(options: SessionRunOptions, parts: Parts): BenchHandlers {
  const { recorder, sinceMs } = options;
  const { state, lags, texts, settle } = parts;
  return {
    onReady(model) {
      state.readyAtMs = sinceMs();
      state.model = model;
      recorder.histograms.connect.recordMs(state.readyAtMs - options.plan.connectAtMs);
      sendDue(options, state, lags);
    },
    onResult(result) {
      if (state.outcome !== undefined) return;
      const receivedMs = sinceMs();
      lags.result(result, receivedMs);
      options.observer?.result(result, receivedMs);
      state.shownText = result.isFinal ? '' : result.text;
      if (result.isFinal && result.text !== '') texts.push(result.text);
    },
    onWarning: options.onWarning,
    onFault(fault) {
      state.fault ??= fault;
    },
    onEnd(samples) {
      const { endSentAtMs, nextMessage } = state;
      if (endSentAtMs === undefined) return;
      const { schedule, plan } = options;
      recorder.lag('end_lag', dueMs(schedule, plan, nextMessage - 1), sinceMs() - endSentAtMs);
      const lostSamples =
        (samples ?? nextMessage * schedule.frameSamples) - nextMessage * schedule.frameSamples;
      settle({ type: 'complete', isWhole: Math.abs(lostSamples) <= WHOLE_WITHIN_SAMPLES });
    },
    onClose(closeCode) {
      if (state.outcome !== undefined) return;
      const outcome = outcomeOfClose({
        hasBegun: state.readyAtMs !== undefined,
        fault: state.fault,
        closeCode,
      });
      if (outcome.type === 'refused')
        recorder.histograms.refusal.recordMs(sinceMs() - options.plan.connectAtMs);
      settle(outcome);
    },
  };
}

/** Sends every message that is due and was not sent; behind the last one it ends the stream. */
function sendDue(options: SessionRunOptions, state: State, lags: SessionLags): void {
  const { schedule, plan, program, recorder, sinceMs } = options;
  const { stream, readyAtMs } = state;
  if (stream === undefined || readyAtMs === undefined || state.outcome !== undefined) return;
  while (state.nextMessage <= state.dueMessage) {
    const atMs = dueMs(schedule, plan, state.nextMessage);
    const nowMs = sinceMs();
    recorder.lag('lateness', atMs, nowMs - Math.max(atMs, readyAtMs));
    const fromSample = state.nextMessage * schedule.frameSamples;
    stream.send(samplesAt(program, { offsetSamples: plan.offsetSamples, fromSample }, schedule.frameSamples));
    state.nextMessage += 1;
    const request = { dueAtMs: atMs, sentAtMs: nowMs, sentSamples: fromSample + schedule.frameSamples };
    if (state.nextMessage === plan.messages) {
      state.endSentAtMs = nowMs;
      lags.requested({ kind: 'end', ...request });
      stream.end();
    } else if (options.flushEveryMs !== undefined && atMs >= state.nextFlushAtMs) {
      state.nextFlushAtMs += options.flushEveryMs;
      if (stream.flush === undefined || !lags.canFlush) continue;
      lags.requested({ kind: 'flush', ...request });
      stream.flush();
    }
  }
}
