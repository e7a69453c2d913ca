/** An outcome for the textfile collector of Prometheus' node exporter. */
import { Gauge, Registry } from 'prom-client';
import { NAGIOS_EXIT } from './formats.ts';
import type { CheckOutcome, Measure } from './outcome.ts';

const UNITS: Readonly<Record<Measure['unit'], { readonly suffix: string; readonly factor: number }>> = {
  '': { suffix: '', factor: 1 },
  ms: { suffix: '_seconds', factor: 1 / 1000 },
  B: { suffix: '_bytes', factor: 1 },
};

/** The text exposition: the state, the time of the check, and every figure. */
export async function prometheusText(outcome: CheckOutcome, date: Date): Promise<string> {
  const registry = new Registry();
  const { check, subject, state, measures } = outcome;
  const labels = subject === '' ? { check } : { check, subject };
  const gauge = (name: string, help: string, value: number): void =>
    new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] }).set(labels, value);
  gauge('rt_check_state', '0 ok, 1 warning, 2 critical, 3 unknown: could not be checked', NAGIOS_EXIT[state]);
  gauge('rt_check_timestamp_seconds', 'When it was checked', Math.floor(date.getTime() / 1000));
  for (const { name, help, unit, value } of measures) {
    const { suffix, factor } = UNITS[unit];
    gauge(`rt_check_${check}_${name}${suffix}`, help, value * factor);
  }
  return registry.metrics();
}
