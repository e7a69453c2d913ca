/**
 * A document of `rt bench`, of any kind, as comparisons and reports see it: metrics and figures, step by step.
 *
 * Refuses what is not `rt.bench/v1`. A document without steps is one step of its own; of a load that was measured several
 * times each run is a step. Nothing in it is trusted to be a
 * number, a text or a histogram until it was looked at: documents come from other machines, and from other versions.
 */
import { RtError } from '../../base/errors.ts';
import type { HistogramFigures } from '../histogram.ts';

export type StepVerdict = 'pass' | 'fail' | 'void' | 'measured';

export interface RunStep {
  /** Sessions offered; null for a run that is one whole. */
  readonly sessions: number | null;
  /** Of several runs at the same load: whether its figures stand for all of them. */
  readonly isTold: boolean;
  readonly verdict: StepVerdict;
  readonly reasons: readonly string[];
  readonly metrics: Readonly<Record<string, HistogramFigures>>;
  /** Single values; null for what was not measured. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** CPU in cores and memory in bytes, by process; empty where nobody looked. */
  readonly processes: readonly {
    readonly name: string;
    readonly cpuCores: number;
    readonly rssBytes: number;
  }[];
}

export interface RunDocument {
  readonly path: string;
  readonly kind: string;
  readonly at: string;
  readonly model: string | null;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sloMs: number | null;
  readonly knee: number | null;
  readonly capacity: number | null;
  readonly steps: readonly RunStep[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly thresholds: readonly string[];
}

/** @throws RtError file_unreadable for text that is no document of `rt bench` */
export function parseRun(path: string, text: string): RunDocument {
  const document = readJson(path, text);
  const kind = textOf(document['kind']);
  if (document['schema'] !== 'rt.bench/v1' || kind === undefined) {
    throw new RtError('file_unreadable', `${path} is no document of rt bench (rt.bench/v1)`, {
      hint: 'Give the run.json that --out wrote, or what --json printed.',
    });
  }
  const steps = [...listOf(document['steps']).map((step) => stepOf(step)), ...loadsOf(document['loads'])];
  return {
    path,
    kind,
    at: textOf(document['at']) ?? '',
    model: textOf(document['model']) ?? null,
    environment: recordOf(document['environment']),
    settings: recordOf(document['settings']),
    sloMs: numberOf(document['slo_ms']),
    knee: numberOf(document['knee']),
    capacity: numberOf(document['capacity']),
    steps: steps.length === 0 ? [wholeOf(document)] : steps,
    details: recordOf(document['details']),
    thresholds: listOf(document['thresholds']).map(thresholdText),
  };
}

/** The figures that a step of a load run has beside its histograms. */
const STEP_FIGURES = ['admitted', 'refused', 'errors', 'incomplete', 'timeouts', 'goodput', 'lost'];

/** Loads of which each was measured several times: every run is a step, and one of them is told. */
function loadsOf(value: unknown): readonly RunStep[] {
  return listOf(value).flatMap(({ sessions, median_run: median, runs }) => {
    const listed = listOf(runs);
    // When no run may be believed the first one is shown, and called void.
    const told = median ?? listed[0]?.['run'];
    return listed.map((run) => stepOf({ ...run, sessions }, run['run'] === told));
  });
}

function stepOf(step: Readonly<Record<string, unknown>>, isTold = true): RunStep {
  const named = STEP_FIGURES.filter((name) => name in step).map((name): [string, number | null] => [
    name,
    numberOf(step[name]),
  ]);
  const wer = recordOf(step['wer'])['wer'];
  return {
    sessions: numberOf(step['sessions']),
    isTold,
    verdict: verdictOf(step['verdict']),
    reasons: textsOf(step['reasons']),
    metrics: metricsOf(step['metrics']),
    figures: {
      ...Object.fromEntries(named),
      ...(wer === undefined ? {} : { wer: numberOf(wer) }),
      ...figuresOf(step['figures']),
    },
    processes: [{ ...recordOf(step['generator']), name: 'generator' }, ...listOf(step['servers'])].flatMap(
      processOf,
    ),
  };
}

function wholeOf(document: Readonly<Record<string, unknown>>): RunStep {
  return {
    sessions: null,
    isTold: true,
    verdict: verdictOf(document['verdict']),
    reasons: textsOf(document['reasons']),
    metrics: metricsOf(document['metrics']),
    figures: figuresOf(document['figures']),
    processes: [],
  };
}

function processOf(process: Readonly<Record<string, unknown>>): RunStep['processes'] {
  const [name, cpuCores, rssBytes] = [
    textOf(process['name']),
    numberOf(process['cpu_share']),
    numberOf(process['rss_bytes']),
  ];
  return name === undefined || cpuCores === null || rssBytes === null ? [] : [{ name, cpuCores, rssBytes }];
}

function metricsOf(value: unknown): RunStep['metrics'] {
  const metrics: Record<string, HistogramFigures> = {};
  for (const [name, figures] of Object.entries(recordOf(value))) {
    const read = recordOf(figures);
    const at = (figure: string): number | null => numberOf(read[figure]);
    metrics[name] = {
      n: at('n') ?? 0,
      ...{ min: at('min'), mean: at('mean'), stddev: at('stddev') },
      ...{ p50: at('p50'), p90: at('p90'), p95: at('p95'), p99: at('p99'), p99_9: at('p99_9') },
      max: at('max'),
      hdr: textOf(read['hdr']) ?? '',
    };
  }
  return metrics;
}

function figuresOf(value: unknown): RunStep['figures'] {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([name, one]) => [name, numberOf(one)]));
}

function thresholdText(threshold: Readonly<Record<string, unknown>>): string {
  const sessions = numberOf(threshold['sessions']);
  const where = sessions === null ? '' : ` at ${sessionsText(sessions)}`;
  const value = numberOf(threshold['value']);
  const told = threshold['kept'] === true ? 'kept' : 'missed';
  return `${textOf(threshold['threshold']) ?? '?'}${where}: ${told} (${value === null ? 'no value' : String(value)})`;
}

function verdictOf(value: unknown): StepVerdict {
  return value === 'pass' || value === 'fail' || value === 'void' ? value : 'measured';
}

function readJson(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text));
  } catch (cause) {
    throw new RtError('file_unreadable', `${path} is not JSON`, {
      cause,
      hint: 'Give the run.json that --out wrote, or what --json printed.',
    });
  }
}

/** `1 session`, `8 sessions`. */
export function sessionsText(sessions: number): string {
  return `${String(sessions)} session${sessions === 1 ? '' : 's'}`;
}

/** The value as an object; an empty one where it is none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The objects of a list; none where it is no list. */
export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return valuesOf(value).map(recordOf);
}

/** The values of a list; none where it is no list. */
export function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return valuesOf(value).filter((one) => typeof one === 'string');
}
