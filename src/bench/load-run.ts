/** A whole load run: one step after the other until the ladder is through. */
import { RtError } from '../base/errors.ts';
import {
  capacityOf,
  type Capacity,
  type LadderPlan,
  type LadderStep,
  nextMove,
  type StopReason,
} from './ladder.ts';
import { runStep, type StepOptions, type StepOutcome } from './load-step.ts';
import { rtBasic } from './normalise.ts';
import { probeModel } from './probe.ts';
import { type Clip, createProgram } from './program.ts';
import { type Score, scoreTranscripts } from './score.ts';
import type { BenchWire } from './wire.ts';
import { judgeStep, type Verdict } from './verdict.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';

/** Between two steps: sessions that were cut lose their slots, and nothing of one step runs into the next. */
const REST_MS = 2000;

export interface LoadOptions extends Omit<StepOptions, 'sessions' | 'program'> {
  readonly clips: readonly Clip[];
  /** Silence behind each clip. */
  readonly gapMs: number;
  readonly ladder: LadderPlan;
  /** Limit of resp_lag's p95; the chunk of the model where nothing is said. */
  readonly sloMs: number | undefined;
  readonly voidLatenessMs: number;
  readonly onStep: (step: JudgedStep) => void;
}

export interface JudgedStep {
  readonly outcome: StepOutcome;
  readonly verdict: Verdict;
  /** Undefined where it is not known what the clips say. */
  readonly score: Score | undefined;
}

export interface LoadResult {
  readonly startedAt: Date;
  readonly model: string | undefined;
  readonly sloMs: number;
  readonly steps: readonly JudgedStep[];
  readonly capacity: Capacity;
  readonly stopped: StopReason;
}

/** @throws RtError of the probe, usage (no promise to hold the server to), not_found (a pid), the signal's reason */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { clock, wire, frameMs, signal } = options;
  const startedAt = clock.date();
  const model = await probeModel(wire, clock);
  const sloMs = options.sloMs ?? chunkOf(wire, model);
  const samplesOf = (ms: number): number => (ms * SAMPLE_RATE) / 1000;
  const program = createProgram(options.clips, {
    gapSamples: samplesOf(options.gapMs),
    frameSamples: samplesOf(frameMs),
  });
  const steps: JudgedStep[] = [];
  for (;;) {
    const rungs = steps.map(rungOf);
    const move = nextMove(options.ladder, rungs);
    if (move.type === 'stop') {
      return { startedAt, model, sloMs, steps, capacity: capacityOf(rungs), stopped: move.reason };
    }
    if (steps.length > 0) await clock.sleep(REST_MS, signal);
    const outcome = await runStep({ ...options, program, sessions: move.sessions });
    const step: JudgedStep = {
      outcome,
      verdict: judgeStep(outcome, { sloMs, voidLatenessMs: options.voidLatenessMs }),
      score: program.hasReferences ? scoreTranscripts(outcome.transcripts, rtBasic) : undefined,
    };
    steps.push(step);
    options.onStep(step);
  }
}

function rungOf({ outcome, verdict }: JudgedStep): LadderStep {
  const { sessions, admitted, refused } = outcome;
  return { sessions, admitted, refused, verdict: verdict.type };
}

/** The promise where none is said. @throws RtError usage for a model whose name does not tell its chunk */
export function chunkOf(wire: BenchWire, model: string | undefined): number {
  const chunkMs = wire.chunkMsOf(model);
  if (chunkMs !== undefined) return chunkMs;
  throw new RtError('usage', `The chunk of the model ${model ?? ''} cannot be told from its name`, {
    hint: 'Say with --slo-ms how late results may be.',
  });
}
