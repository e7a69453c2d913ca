/**
 * Sessions that come and go for a long time, and what is left of them: memory, open files, keys, leases, and failovers
 * that nobody caused.
 */
import { repeat } from '../../base/repeat.ts';
import { CROWD_FIGURES, crowdDetails, crowdFigures } from '../crowd/crowd-figures.ts';
import { runCrowd, type CrowdOptions } from '../crowd/run-crowd.ts';
import type { Speaker } from '../crowd/speaker.ts';
import { createTally, type Tally } from '../crowd/tally.ts';
import { type Measurement, rounded } from '../measurement.ts';
import { createStepRecorder, METRICS } from '../recorder.ts';
import { histogramFigures } from '../threshold.ts';
import { reasonsForVoid } from '../verdict.ts';
import { type GrowthWatch, type NamedPid, type ProcessGrowth, watchGrowth } from './process-growth.ts';

const SAMPLE_EVERY_MS = 5000;
const ARRIVAL_SPACING_MS = 10;
/** How long what sessions held may take to be free: leases, and one sweep. */
const FREE_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 500;

/** What a store holds, counted beside the product. */
export interface StoreCount {
  /** Keys that do not go by themselves. */
  readonly lastingKeys: number;
  readonly sessionLeases: number;
  /** Slots in use. */
  readonly slots: number;
}

export interface SoakOptions extends CrowdOptions {
  readonly sessions: number;
  readonly durationMs: number;
  readonly lifeMs: Speaker['lifeMs'];
  /** Before it memory may grow: caches fill, code is compiled. */
  readonly settleMs: number;
  readonly processes: readonly NamedPid[];
  /** Absent where nobody said which store is the cluster's. */
  readonly countStore: (() => Promise<StoreCount>) | undefined;
  readonly voidLatenessMs: number;
}

export const SOAK_METRICS: readonly string[] = [
  ...histogramFigures(METRICS),
  ...CROWD_FIGURES,
  'rss_slope_mb_h',
  'fds_left',
  'processes_lost',
  'keys_left',
  'leases_left',
  'slots_left',
  'false_failovers',
];

/** @throws RtError not_found (a process), registry_unavailable; the signal's reason */
export async function runSoak(options: SoakOptions): Promise<Measurement> {
  const { clock, durationMs, countStore } = options;
  const startedAt = clock.date();
  const growth = watchGrowth(options.processes);
  const before = await countStore?.();
  const recorder = createStepRecorder({ measureFromMs: 0, measureUntilMs: Number.POSITIVE_INFINITY });
  const tally = createTally();
  const originMs = clock.nowMs();
  const sinceMs = (): number => clock.nowMs() - originMs;
  const over = new AbortController();
  const sampling = repeat(clock, {
    everyMs: SAMPLE_EVERY_MS,
    run: () => growth.sample(sinceMs()),
    signal: over.signal,
  });
  try {
    const speakers = soakSpeakers(options);
    await runCrowd(options, { speakers, recorder, tally, sinceMs });
  } finally {
    over.abort();
    await sampling;
  }
  const left = await whatIsLeft(options, { before, growth });
  return {
    kind: 'soak',
    startedAt,
    model: tally.model,
    whyVoid: reasonsForVoid({ recorder }, options.voidLatenessMs),
    figures: { ...crowdFigures(tally, recorder), ...soakFigures(tally, left) },
    metrics: recorder.figures(),
    details: {
      ...crowdDetails(tally),
      duration_s: durationMs / 1000,
      processes: left.processes.map(processDetails),
      store: { before: before ?? null, after: left.after ?? null },
    },
  };
}

function soakSpeakers({ sessions, durationMs, lifeMs }: SoakOptions): readonly Speaker[] {
  return Array.from({ length: sessions }, (_, index) => ({
    arriveAtMs: index * ARRIVAL_SPACING_MS,
    leaveAtMs: durationMs,
    lifeMs,
    returns: true,
  }));
}

interface Left {
  readonly before: StoreCount | undefined;
  readonly after: StoreCount | undefined;
  readonly processes: readonly ProcessGrowth[];
}

/** Looks until everything is back where it was, as long as that may take. */
async function whatIsLeft(
  { clock, signal, countStore, settleMs }: SoakOptions,
  { before, growth }: { readonly before: StoreCount | undefined; readonly growth: GrowthWatch },
): Promise<Left> {
  const lateMs = clock.nowMs() + FREE_WITHIN_MS;
  for (;;) {
    const left = { before, after: await countStore?.(), processes: growth.conclude(settleMs) };
    if (isBack(left) || clock.nowMs() >= lateMs) return left;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

function isBack({ before, after, processes }: Left): boolean {
  const isStoreBack =
    before === undefined ||
    after === undefined ||
    (after.lastingKeys <= before.lastingKeys &&
      after.sessionLeases <= before.sessionLeases &&
      after.slots <= before.slots);
  return isStoreBack && processes.every(({ fdsLeft }) => (fdsLeft ?? 0) <= 0);
}

function soakFigures(tally: Tally, { before, after, processes }: Left): Measurement['figures'] {
  const most = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    // One process that could not be measured leaves the whole unknown.
    return known.length < values.length || known.length === 0 ? null : rounded(Math.max(...known));
  };
  const more = (name: keyof StoreCount): number | null =>
    before === undefined || after === undefined ? null : after[name] - before[name];
  return {
    rss_slope_mb_h: most(processes.map(({ rssSlopeMbH }) => rssSlopeMbH)),
    fds_left: most(processes.map(({ fdsLeft }) => fdsLeft)),
    processes_lost: processes.filter(({ isAlive }) => !isAlive).length,
    keys_left: more('lastingKeys'),
    leases_left: more('sessionLeases'),
    slots_left: more('slots'),
    false_failovers: tally.warningsByCode['failover'] ?? 0,
  };
}

function processDetails(growth: ProcessGrowth): Readonly<Record<string, unknown>> {
  const { name, pid, isAlive, rssSlopeMbH, rssBytes, fdsLeft, samples } = growth;
  return {
    ...{ name, pid, alive: isAlive, fds_left: fdsLeft },
    rss_slope_mb_h: rssSlopeMbH === null ? null : rounded(rssSlopeMbH),
    rss_bytes: rssBytes,
    rss_samples: samples.map(({ atMs, bytes }) => ({ at_ms: Math.round(atMs), bytes })),
  };
}
