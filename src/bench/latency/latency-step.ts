/** One run of one load with its words: a step of a load run, and behind it the search for each word in what was answered. */
import { runStep, type StepOptions, type StepOutcome } from '../load-step.ts';
import type { Schedule } from '../schedule.ts';
import { type ReadSnapshot, watchFleetStages } from './fleet-stages.ts';
import { watchRoundTrips } from './round-trips.ts';
import { createSessionLog, type SessionLog } from './session-log.ts';
import { spokenWords } from './spoken-words.ts';
import { type StageRow, stageRows } from './stage-table.ts';
import { recordWordLags } from './word-lags.ts';
import { createWordRecorder, type WordRecorder } from './word-recorder.ts';

export interface LatencyStepOptions extends Omit<StepOptions, 'observe' | 'flushEveryMs'> {
  /** Asked for where the time goes; undefined when the stages are not to be told. */
  readonly snapshot: ReadSnapshot | undefined;
}

export interface LatencyStep {
  readonly outcome: StepOutcome;
  readonly words: WordRecorder;
  readonly stages: readonly StageRow[] | undefined;
}

/** Everybody speaks on for so long behind the measured time: most utterances that began in it then end by themselves. */
const TAIL_MS = 5000;
const PING_EVERY_MS = 200;
/** Servers write their digests every two seconds. */
const DIGEST_EVERY_MS = 1000;

/** @throws the signal's reason; RtError not_found (a pid) */
export async function runLatencyStep(options: LatencyStepOptions): Promise<LatencyStep> {
  const { clock, program, snapshot } = options;
  const over = new AbortController();
  const logs: SessionLog[] = [];
  let schedule: Schedule | undefined;
  const watch = { clock, signal: over.signal };
  const streams = (): readonly NonNullable<SessionLog['stream']>[] =>
    logs.flatMap(({ stream }) => stream ?? []);
  const roundTrips = snapshot && watchRoundTrips({ ...watch, everyMs: PING_EVERY_MS, streams });
  const fleet = snapshot && watchFleetStages({ ...watch, everyMs: DIGEST_EVERY_MS, read: snapshot });
  try {
    const outcome = await runStep({
      ...options,
      flushEveryMs: undefined,
      tailMs: options.tailMs ?? TAIL_MS,
      observe: (plan, its) => {
        schedule = its;
        const { log, observer } = createSessionLog(plan);
        logs.push(log);
        return observer;
      },
    });
    const words = createWordRecorder();
    for (const log of logs) {
      if (schedule === undefined) continue;
      const { offsetSamples, messages } = log.plan;
      const spoken = spokenWords(program, offsetSamples, messages * schedule.frameSamples);
      recordWordLags({ log, spoken, schedule, words });
    }
    const stages = roundTrips && fleet && stageRows({ words, roundTrips, fleet: fleet() });
    return { outcome, words, stages };
  } finally {
    over.abort();
  }
}
