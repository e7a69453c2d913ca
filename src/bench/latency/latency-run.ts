/**
 * A whole latency run: every load several times, one load after the other and then all of them again, so that what
 * changes on the machine meanwhile changes all of them.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { rtBasic } from '../normalise.ts';
import { probeModel } from '../probe.ts';
import { type Clip, createProgram } from '../program.ts';
import { type Score, scoreTranscripts } from '../score.ts';
import { judgeStep, type Verdict } from '../verdict.ts';
import { type LatencyStep, type LatencyStepOptions, runLatencyStep } from './latency-step.ts';
import { hasWordTimes, withWordTimes } from './word-truth.ts';

export interface LatencyOptions extends Omit<LatencyStepOptions, 'sessions' | 'program'> {
  readonly clips: readonly Clip[];
  readonly gapMs: number;
  readonly loads: readonly number[];
  readonly runs: number;
  /** Limit of resp_lag's p95; the chunk of the model where nothing is said and its name tells it, else none. */
  readonly sloMs: number | undefined;
  readonly voidLatenessMs: number;
  readonly onRun: (run: JudgedRun) => void;
}

export interface JudgedRun extends LatencyStep {
  /** From 1. */
  readonly run: number;
  readonly verdict: Verdict;
  /** Undefined where it is not known what the clips say. */
  readonly score: Score | undefined;
}

export interface LatencyResult {
  readonly startedAt: Date;
  readonly model: string | undefined;
  readonly sloMs: number | undefined;
  /** Whether it is known when each word is spoken: otherwise there are no latencies of words. */
  readonly hasTruth: boolean;
  /** By load, in the order in which they were asked for; of each the runs in order. */
  readonly loads: readonly { readonly sessions: number; readonly runs: readonly JudgedRun[] }[];
}

/** Between two steps: sessions that were cut lose their slots, and nothing of one step runs into the next. */
const REST_MS = 2000;

/** @throws RtError of the probe, not_found (a pid), the signal's reason */
export async function runLatency(options: LatencyOptions): Promise<LatencyResult> {
  const { clock, wire, frameMs, signal } = options;
  const startedAt = clock.date();
  const model = await probeModel(wire, clock);
  const sloMs = options.sloMs ?? wire.chunkMsOf(model);
  const clips = options.clips.map(withWordTimes);
  const samplesOf = (ms: number): number => (ms * SAMPLE_RATE) / 1000;
  const program = createProgram(clips, {
    gapSamples: samplesOf(options.gapMs),
    frameSamples: samplesOf(frameMs),
  });
  const limits = { sloMs: sloMs ?? Number.POSITIVE_INFINITY, voidLatenessMs: options.voidLatenessMs };
  const loads = options.loads.map((sessions) => ({ sessions, runs: [] as JudgedRun[] }));
  for (let run = 1; run <= options.runs; run++) {
    for (const [index, { sessions, runs }] of loads.entries()) {
      if (run + index > 1) await clock.sleep(REST_MS, signal);
      // Another seed: what differs between runs is all that chance decides.
      const step = await runLatencyStep({ ...options, program, sessions, seed: options.seed + run - 1 });
      const judged: JudgedRun = {
        ...step,
        run,
        verdict: judgeStep(step.outcome, limits),
        score: program.hasReferences ? scoreTranscripts(step.outcome.transcripts, rtBasic) : undefined,
      };
      runs.push(judged);
      options.onRun(judged);
    }
  }
  return { startedAt, model, sloMs, hasTruth: hasWordTimes(clips), loads };
}
