/**
 * More sessions than a cluster holds, then half of what it holds: what those who were admitted get, what the others are
 * told, and how soon it is over.
 */
import { CROWD_FIGURES, crowdDetails, crowdFigures } from '../crowd/crowd-figures.ts';
import { runCrowd, timingOf, type CrowdOptions } from '../crowd/run-crowd.ts';
import type { Speaker } from '../crowd/speaker.ts';
import { answeredMs, createTally, type EndedSession, type Tally } from '../crowd/tally.ts';
import { type Measurement, rounded } from '../measurement.ts';
import { createStepRecorder, METRICS, type StepRecorder, tee } from '../recorder.ts';
import { histogramFigures } from '../threshold.ts';
import { reasonsForVoid } from '../verdict.ts';
import { createLagWindows, recoverySeconds } from './recovery.ts';

/** Speakers come one after the other, so that an overload is one of sessions and not of handshakes. */
const ARRIVAL_SPACING_MS = 10;
/** Of the capacity, when the overload is over. */
const AFTER_TIMES = 0.5;

export interface OverloadShape {
  /** Sessions that the cluster holds. */
  readonly capacity: number;
  /** How many times that is offered. */
  readonly times: number;
  readonly warmupMs: number;
  readonly measuredMs: number;
  /** How long the smaller load is offered then. */
  readonly afterMs: number;
  readonly lifeMs: Speaker['lifeMs'];
}

export interface OverloadOptions extends CrowdOptions, OverloadShape {
  readonly model: string | undefined;
  /** What resp_lag's p95 has to be back at. */
  readonly sloMs: number;
  readonly voidLatenessMs: number;
}

export interface OverloadPlan {
  readonly speakers: readonly Speaker[];
  readonly measureFromMs: number;
  /** When the load drops, and when it ends. */
  readonly dropMs: number;
  readonly endMs: number;
}

export const OVERLOAD_METRICS: readonly string[] = [
  ...histogramFigures([...METRICS, 'after_resp_lag']),
  ...CROWD_FIGURES,
  'goodput',
  'goodput_share',
  'after_goodput',
  'recover_s',
  'retry_after_min_ms',
  'retry_after_max_ms',
  'refusals_without_hint',
];

/** Who comes when, and who stays when the load drops. Pure. */
export function planOverload(shape: OverloadShape): OverloadPlan {
  const { capacity, times, lifeMs } = shape;
  const offered = Math.max(1, Math.round(capacity * times));
  const staying = Math.max(1, Math.floor(capacity * AFTER_TIMES));
  const measureFromMs = offered * ARRIVAL_SPACING_MS + shape.warmupMs;
  const dropMs = measureFromMs + shape.measuredMs;
  const endMs = dropMs + shape.afterMs;
  const speakers = Array.from({ length: offered }, (_, index) => ({
    arriveAtMs: index * ARRIVAL_SPACING_MS,
    leaveAtMs: index < staying ? endMs : dropMs,
    lifeMs,
    returns: true,
  }));
  return { speakers, measureFromMs, dropMs, endMs };
}

/** @throws the signal's reason */
export async function runOverload(options: OverloadOptions): Promise<Measurement> {
  const { clock } = options;
  const plan = planOverload(options);
  const { speakers, measureFromMs, dropMs, endMs } = plan;
  const startedAt = clock.date();
  const overloaded = createStepRecorder({ measureFromMs, measureUntilMs: dropMs });
  const after = createStepRecorder({ measureFromMs: dropMs, measureUntilMs: endMs });
  const windows = createLagWindows(dropMs);
  const note: StepRecorder['lag'] = (name, dueAtMs, lagMs) => {
    if (name === 'resp_lag') windows.add(dueAtMs + lagMs, lagMs);
  };
  const tally = createTally();
  const ended: EndedSession[] = [];
  const originMs = clock.nowMs();
  await runCrowd(options, {
    speakers,
    recorder: tee(overloaded, after, { lag: note, missing: note }),
    tally,
    sinceMs: () => clock.nowMs() - originMs,
    onEnded: (session) => void ended.push(session),
  });
  return {
    kind: 'overload',
    startedAt,
    model: options.model,
    whyVoid: [overloaded, after].flatMap((recorder) => reasonsForVoid({ recorder }, options.voidLatenessMs)),
    figures: figuresOf(options, { plan, tally, recorder: overloaded, ended, p95s: windows.p95s() }),
    metrics: { ...overloaded.figures(), after_resp_lag: after.histograms.resp_lag.figures() },
    details: {
      ...crowdDetails(tally),
      ...{ capacity: options.capacity, offered: speakers.length, slo_ms: options.sloMs },
      after_resp_lag_p95_by_second: windows.p95s().map((p95) => p95 ?? null),
    },
  };
}

interface Seen {
  readonly plan: OverloadPlan;
  readonly tally: Tally;
  readonly recorder: StepRecorder;
  readonly ended: readonly EndedSession[];
  readonly p95s: readonly (number | undefined)[];
}

function figuresOf(options: OverloadOptions, seen: Seen): Measurement['figures'] {
  const { tally, ended, recorder, p95s } = seen;
  const { measureFromMs, dropMs, endMs } = seen.plan;
  const schedule = timingOf(options.frameMs);
  const goodput = (fromMs: number, untilMs: number): number =>
    ended.reduce((sum, session) => sum + answeredMs(session, { schedule, fromMs, untilMs }), 0) /
    (untilMs - fromMs);
  const underLoad = goodput(measureFromMs, dropMs);
  const refusalsAtMs = ended
    .filter(({ outcome, endedAtMs }) => outcome.type === 'refused' && endedAtMs >= dropMs)
    .map(({ endedAtMs }) => endedAtMs - dropMs);
  return {
    ...crowdFigures(tally, recorder),
    goodput: rounded(underLoad),
    goodput_share: rounded(underLoad / options.capacity),
    after_goodput: rounded(goodput(dropMs, endMs)),
    recover_s: recoverySeconds({
      ...{ p95s, refusalsAtMs, sloMs: options.sloMs },
      seconds: Math.ceil((endMs - dropMs) / 1000),
    }),
    retry_after_min_ms: tally.retryAfterMs?.min ?? null,
    retry_after_max_ms: tally.retryAfterMs?.max ?? null,
    refusals_without_hint: tally.refusalsWithoutHint,
  };
}
