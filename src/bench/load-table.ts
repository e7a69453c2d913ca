/** A load run for people: one row per step, then what it means. Pure. */
import type { LoadDocument, StepDocument, ThresholdDocument } from './load-document.ts';

export interface TableColumn {
  readonly header: string;
  readonly align: 'left' | 'right';
}

const right = (header: string): TableColumn => ({ header, align: 'right' });

/** Lags in milliseconds; CPU in cores. */
export const LOAD_COLUMNS: readonly TableColumn[] = [
  ...['SESSIONS', 'N', 'RESP p50', 'p90', 'p95', 'p99', 'MAX', 'FINAL p50', 'p95'].map(right),
  ...['REFUSED', 'ERRORS', 'LATE p99', 'GEN CPU', 'SERVER CPU'].map(right),
  { header: 'VERDICT', align: 'left' },
];

export function loadRow(step: StepDocument): readonly string[] {
  const { resp_lag: resp, final_lag: final, lateness } = step.metrics;
  const serverCpu = step.servers.reduce((sum, { cpu_share: share }) => sum + share, 0);
  return [
    String(step.sessions),
    String(resp.n),
    ...[resp.p50, resp.p90, resp.p95, resp.p99, resp.max, final.p50, final.p95].map(msText),
    String(step.refused),
    String(step.errors),
    msText(lateness.p99),
    step.generator.cpu_share.toFixed(2),
    step.servers.length === 0 ? '-' : serverCpu.toFixed(2),
    [step.verdict, ...step.reasons].join(': '),
  ];
}

export function msText(value: number | null): string {
  if (value === null) return '-';
  return value < 100 ? value.toFixed(1) : String(Math.round(value));
}

/** What the steps mean, line by line. */
export function loadConclusion(document: LoadDocument): readonly string[] {
  const { capacity, knee, slo_ms: sloMs, steps } = document;
  const promise = `resp_lag p95 <= ${String(sloMs)} ms, no errors`;
  const isUnknown = steps.every(({ verdict }) => verdict === 'void');
  const held = capacity === null ? 'none of the loads was held' : `${String(capacity)} sessions`;
  return [
    `capacity: ${isUnknown ? 'unknown, no step may be believed' : held} (${promise})`,
    `knee: ${kneeText(document, knee)}`,
    ...steps.flatMap((step) => refusalLines(step)),
    ...steps.flatMap((step) => werLines(step)),
    ...steps.flatMap((step) => serverLines(step)),
    ...document.thresholds.map(thresholdLine),
  ];
}

const STOPPED: Readonly<Record<LoadDocument['stopped'], string>> = {
  listed: 'not among the loads that were offered',
  found: 'not found',
  refused: 'not found: the server refuses more',
  generator: 'not found: the generator could not offer more',
  most: 'not found: the most that may be offered was held',
};

function kneeText({ stopped }: LoadDocument, knee: number | null): string {
  return knee === null ? STOPPED[stopped] : `${String(knee)} sessions offered`;
}

function refusalLines({
  sessions,
  refused,
  metrics,
  retry_after_ms: retry,
}: StepDocument): readonly string[] {
  if (refused === 0) return [];
  const hint =
    retry === null ? 'no retry hint' : `retry hint ${String(retry.min)} to ${String(retry.max)} ms`;
  return [
    `refused at ${String(sessions)} sessions: ${String(refused)}, within ${msText(metrics.refusal.p95)} ms (p95), ${hint}`,
  ];
}

function werLines({ sessions, wer }: StepDocument): readonly string[] {
  if (wer === null || wer.wer === null) return [];
  const rate = `${(wer.wer * 100).toFixed(1)} %`;
  return [
    `WER at ${String(sessions)} sessions: ${rate} of ${String(wer.ref_words)} words (${wer.normaliser})`,
  ];
}

function thresholdLine({ threshold, sessions, value, kept }: ThresholdDocument): string {
  const where = sessions === null ? '' : ` at ${String(sessions)} sessions`;
  const measured = value === null ? 'no value' : String(value);
  return `threshold ${threshold}${where}: ${kept ? 'kept' : 'missed'} (${measured})`;
}

function serverLines({ sessions, servers }: StepDocument): readonly string[] {
  return servers.map(({ pid, name, cpu_share: cpuShare, rss_bytes: rssBytes }) => {
    const cost = `${cpuShare.toFixed(2)} cores, ${(rssBytes / 1024 ** 2).toFixed(0)} MiB`;
    return `server at ${String(sessions)} sessions: ${name} (${String(pid)}) ${cost}`;
  });
}
