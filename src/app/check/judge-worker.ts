/** Whether one worker is there and hears. Pure. */
import { type CheckOutcome, concluded, type Measure } from './outcome.ts';

export interface WorkerFacts {
  readonly id: string;
  /** READY, BUSY, CORDON, DRAIN or LOST, as `rt top` shows it. */
  readonly state: string;
  readonly activeSessions: number;
  readonly capacity: number;
  readonly beatAgeMs: number;
  readonly beatMs: number;
  readonly stepP95Ms: number | null;
  readonly cpuShare: number | null;
}

export interface BeatBounds {
  /** Milliseconds since the last beat; where nothing is said, three and four beats, the lease and one more. */
  readonly warn: number | undefined;
  readonly crit: number | undefined;
}

/** @param worker undefined: the registry knows none of that id */
export function judgeWorker(id: string, worker: WorkerFacts | undefined, bounds: BeatBounds): CheckOutcome {
  if (worker === undefined) {
    const problem = { state: 'critical', text: `the registry knows no worker ${id}` } as const;
    return concluded({ check: 'worker', subject: id, summary: '', problems: [problem], measures: [] });
  }
  const { state, activeSessions, capacity } = worker;
  return concluded({
    check: 'worker',
    subject: id,
    summary: `${state}, ${String(activeSessions)} of ${String(capacity)} slots taken`,
    problems: [
      ...(state === 'LOST' ? [{ state: 'critical', text: `${id} is gone` } as const] : []),
      ...(state === 'CORDON'
        ? [{ state: 'warning', text: `${id} is cordoned: it takes no new sessions` } as const]
        : []),
      ...(state === 'DRAIN'
        ? [{ state: 'warning', text: `${id} takes no new sessions: it drains` } as const]
        : []),
    ],
    measures: measures(worker, bounds),
  });
}

function measures(worker: WorkerFacts, { warn, crit }: BeatBounds): readonly Measure[] {
  const { beatMs, stepP95Ms, cpuShare, activeSessions, capacity } = worker;
  const step = { name: 'step_p95', help: 'Slow steps of its engine', unit: 'ms' } as const;
  const cpu = { name: 'cpu_share', help: 'Cores it uses', unit: '' } as const;
  return [
    {
      name: 'beat_age',
      help: 'Time since the last sign of life',
      unit: 'ms',
      value: Math.round(worker.beatAgeMs),
      bound: { side: 'most', warn: warn ?? 3 * beatMs, crit: crit ?? 4 * beatMs },
    },
    { name: 'sessions', help: 'Sessions it holds', unit: '', value: activeSessions },
    { name: 'slots', help: 'Sessions it may hold', unit: '', value: capacity },
    ...(stepP95Ms === null ? [] : [{ ...step, value: stepP95Ms }]),
    ...(cpuShare === null ? [] : [{ ...cpu, value: cpuShare }]),
  ];
}
