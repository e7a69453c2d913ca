/** What the jitter of a machine means for measurements made on it, in words. Pure. */
import type { Measurement } from '../measurement.ts';
import { msText } from '../load-table.ts';

/** p99 of the generator's lateness above which a run is void (BEN-12). */
const VOID_LATENESS_MS = 5;
const BUSY_SHARE = 0.02;

export function intrinsicMeaning({
  figures,
  metrics,
}: Pick<Measurement, 'figures' | 'metrics'>): readonly string[] {
  const lateMs = metrics['timer_lateness']?.p99 ?? null;
  const longestGapMs = metrics['busy_gap']?.max ?? null;
  const roundTripMs = metrics['loopback_rtt']?.p50 ?? null;
  const stolen = figures['stolen_share'] ?? null;
  return [
    ...(lateMs === null ? [] : timerLines(lateMs)),
    ...(longestGapMs === null
      ? []
      : [
          `A thread that wants to run is kept from it for up to ${msText(longestGapMs)} ms: a single longest value (max) below that is the machine's.`,
        ]),
    ...(stolen !== null && stolen > BUSY_SHARE
      ? [
          `${(stolen * 100).toFixed(1)} % of a busy thread's time went to others: something else runs here. Measure when it is quiet, or elsewhere.`,
        ]
      : []),
    ...(roundTripMs === null
      ? []
      : [
          `A message takes ${msText(roundTripMs)} ms through a socket and back (p50): no lag can be shorter.`,
        ]),
  ];
}

function timerLines(lateMs: number): readonly string[] {
  const trust = `p99 timer lateness ${msText(lateMs)} ms: do not trust differences below ${msText(lateMs)} ms in a 99th percentile.`;
  if (lateMs <= VOID_LATENESS_MS) return [trust];
  return [
    trust,
    `That is above ${String(VOID_LATENESS_MS)} ms: rt bench load calls steps void here. Give the generator a higher priority, or a machine of its own.`,
  ];
}
