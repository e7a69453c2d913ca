/** Whether results come soon enough, by what gateways measured in the last minutes. Pure. */
import { type CheckOutcome, concluded, unmade } from './outcome.ts';

export interface GatewayLatency {
  readonly id: string;
  readonly isStale: boolean;
  /** From the arrival of the audio a result needed to the result sent. */
  readonly response: { readonly p50Ms: number; readonly p95Ms: number } | null;
}

/** Milliseconds of the slowest gateway's p95. Nobody who spoke: nothing is known. */
export function judgeLatency(
  gateways: readonly GatewayLatency[],
  { warn, crit }: { readonly warn: number; readonly crit: number },
): CheckOutcome {
  const measured = gateways.flatMap(({ id, isStale, response }) =>
    isStale || response === null ? [] : [{ id, ...response }],
  );
  const slowest = measured.toSorted((a, b) => b.p95Ms - a.p95Ms)[0];
  if (slowest === undefined) return unmade('latency', '', 'no gateway has sent a result in the last minutes');
  return concluded({
    check: 'latency',
    subject: '',
    summary: `response p95 ${slowest.p95Ms.toFixed(0)} ms on ${slowest.id}, the slowest of ${String(measured.length)}`,
    problems: [],
    measures: [
      {
        name: 'response_p95',
        help: 'Slow responses of the slowest gateway',
        unit: 'ms',
        value: slowest.p95Ms,
        bound: { side: 'most', warn, crit },
      },
      { name: 'response_p50', help: 'Its usual response', unit: 'ms', value: slowest.p50Ms },
      { name: 'gateways', help: 'Gateways that measured', unit: '', value: measured.length },
    ],
  });
}
