/** A latency run for people: one row per load with the figures of its median run, then what they mean. Pure. */
import { msText, type TableColumn } from '../load-table.ts';
import type { ComparedFigure } from './baseline.ts';
import { type LatencyDocument, type LatencyLoadDocument, runOf } from './latency-document.ts';
import type { RunDocument } from './run-document.ts';
import { stageLines } from './stage-text.ts';

const right = (header: string): TableColumn => ({ header, align: 'right' });

/** Times in milliseconds; CPU in cores of all watched processes, memory in MiB. */
export const LATENCY_COLUMNS: readonly TableColumn[] = [
  ...['SESSIONS', 'WORDS', 'FIRST p50', 'p95', 'STABLE p95', 'FINAL p50', 'p95', 'min-max', 'p99'].map(right),
  ...['RESP p95', 'max', 'WER', 'LOST', 'CPU', 'RSS'].map(right),
  { header: 'VERDICT', align: 'left' },
];

export function latencyRow(load: LatencyLoadDocument, knee: number | null): readonly string[] {
  const run = runOf(load);
  const sessions = String(load.sessions);
  if (run === undefined) return [sessions, ...Array.from({ length: 14 }, () => '-'), verdictText(load, knee)];
  const {
    word_first: first,
    word_stable: stable,
    word_final: word,
    final_lag: lag,
    resp_lag: resp,
  } = run.metrics;
  // Without word times the finals of a server are all that is late.
  const [final, spread] =
    word.n > 0 ? [word, load.figures['word_final_p95']] : [lag, load.figures['final_lag_p95']];
  return [
    sessions,
    String(run.words.spoken),
    ...[first.p50, first.p95, stable.p95, final.p50, final.p95].map(msText),
    spread === undefined ? '-' : `${msText(spread.min)}-${msText(spread.max)}`,
    ...[final.p99, resp.p95, resp.max].map(msText),
    typeof run.wer?.wer === 'number' ? `${(run.wer.wer * 100).toFixed(1)}%` : '-',
    String(run.words.lost),
    ...costTexts(run),
    verdictText(load, knee),
  ];
}

function costTexts({ servers }: RunDocument): readonly string[] {
  if (servers.length === 0) return ['-', '-'];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const rssBytes = sum(servers.map(({ rss_bytes: bytes }) => bytes));
  return [
    sum(servers.map(({ cpu_share: share }) => share)).toFixed(2),
    `${(rssBytes / 1024 ** 2).toFixed(0)}M`,
  ];
}

function verdictText({ verdict, runs, sessions }: LatencyLoadDocument, knee: number | null): string {
  const voided = runs.filter((run) => run.verdict === 'void');
  const notes = [
    ...(sessions === knee ? ['<- knee'] : []),
    ...(voided.length === 0 ? [] : [`${String(voided.length)} of ${String(runs.length)} runs void`]),
  ];
  return [verdict, ...notes].join(' ');
}

/** Where and with what: a figure means nothing without. */
export function latencyHeader(document: LatencyDocument): string {
  const { environment: where, settings, model, loads } = document;
  const runs = loads[0]?.runs ?? [];
  const text = (value: unknown): string =>
    typeof value === 'number' || typeof value === 'string' ? String(value) : '-';
  return [
    'rt bench latency',
    `${where.cpu}, ${String(where.cores)} cores`,
    model ?? 'model unknown',
    `${String(runs.length)} x ${String(runs[0]?.measured_s ?? 0)} s`,
    `seed ${text(settings['seed'])}`,
    `rt ${where.rt} (${where.commit?.replace(/^(.{8})[^+]*/, '$1') ?? 'no commit'})`,
    `Node ${where.node}`,
  ].join(' | ');
}

/** What the rows mean, line by line. */
export function latencyConclusion(document: LatencyDocument): readonly string[] {
  const { loads, thresholds, truth, slo_ms: sloMs, knee } = document;
  const promise = sloMs === null ? 'no errors' : `resp_lag p95 <= ${String(sloMs)} ms, no errors`;
  return [
    ...(truth === 'none'
      ? ['No latencies of words: nobody says when the words of these clips end. FINAL is final_lag.']
      : []),
    `knee: ${knee === null ? 'not among these loads' : `${String(knee)} sessions`} (${promise})`,
    ...loads.flatMap(voidLines),
    ...loads.flatMap((load) => stageLines(load.sessions, runOf(load)?.stages ?? null)),
    ...thresholds.map(
      ({ threshold, sessions, value, kept }) =>
        `threshold ${threshold} at ${String(sessions)} sessions: ${kept ? 'kept' : 'missed'} (${value === null ? 'no value' : String(value)})`,
    ),
    ...baselineLines(document),
  ];
}

function voidLines({ sessions, runs }: LatencyLoadDocument): readonly string[] {
  return runs.flatMap(({ run, verdict, reasons }) =>
    verdict === 'pass'
      ? []
      : [`run ${String(run)} at ${String(sessions)} sessions ${verdict}: ${reasons.join('; ')}`],
  );
}

function baselineLines({ baseline }: LatencyDocument): readonly string[] {
  if (baseline === null) return [];
  const { file, at, differs, figures, refused, gone } = baseline;
  return [
    `baseline ${file} of ${at}${differs.length === 0 ? '' : `; differs in ${differs.join(', ')}`}`,
    ...(refused === null ? [] : [`baseline: not compared, ${refused}`]),
    ...figures.map(comparedLine),
    ...gone.map((what) => `baseline ${what}: not measured this time (WORSE)`),
  ];
}

const VERDICT_TEXT: Readonly<Record<ComparedFigure['verdict'], string>> = {
  better: 'better',
  worse: 'WORSE',
  same: 'same',
  noise: 'n.s.',
};

function comparedLine({ sessions, metric, before, now, change, verdict }: ComparedFigure): string {
  const percent = change === null ? '-' : `${change < 0 ? '' : '+'}${(change * 100).toFixed(1)} %`;
  return `baseline ${metric} at ${String(sessions)} sessions: ${msText(before.value)} -> ${msText(now.value)} ms, ${percent} (${VERDICT_TEXT[verdict]})`;
}
