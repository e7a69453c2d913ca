/** A latency run held against an earlier one (docs/bench.md, BEN-36 and BEN-37). */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import type { LoadFigures, Spread } from './median-run.ts';

export interface ComparedFigure {
  readonly sessions: number;
  readonly metric: string;
  readonly before: Spread;
  readonly now: Spread;
  /** Share of the earlier value; null where that is 0. */
  readonly change: number | null;
  /** `same`: within the bound; `noise`: beyond it, but the runs of the two overlap. */
  readonly verdict: 'better' | 'worse' | 'same' | 'noise';
}

export interface BaselineComparison {
  readonly file: string;
  readonly at: string;
  /** Share of the earlier value. */
  readonly max_regress: number;
  /** Why nothing was compared; null when something was. */
  readonly refused: string | null;
  /** Names of settings and of the environment that differ. */
  readonly differs: readonly string[];
  readonly figures: readonly ComparedFigure[];
  /** `METRIC at N sessions`: measured before and not now. */
  readonly gone: readonly string[];
}

/** What of a document is needed to compare it. */
export interface Measured {
  readonly at: string;
  readonly model: string | null;
  readonly environment: object;
  readonly settings: object;
  readonly loads: readonly Pick<LoadFigures, 'sessions' | 'figures'>[];
}

const COMPARED: readonly string[] = [
  'word_first',
  'word_stable',
  'word_final',
  'true_end_lag',
  'resp_lag',
  'final_lag',
].flatMap((name) => ['p50', 'p95'].map((figure) => `${name}_${figure}`));
/** Two runs that differ by less do not differ: so late may the generator itself be in a run that is believed (BEN-12). */
const RESOLUTION_MS = 5;
/** They name a place or a wish, and change no figure. */
const IRRELEVANT: readonly string[] = [
  ...[
    'target',
    'out',
    'baseline',
    'max_regress',
    'threshold',
    'pid',
    'runs',
    'url',
    'worker',
    'sessions',
    'stages',
  ],
];

/** Reads a `run.json`, or the one in a folder. @throws RtError file_unreadable, usage when it is no latency run */
export async function readBaseline(path: string): Promise<Measured> {
  const text = await readText(path);
  const isBaseline = (value: unknown): value is Measured =>
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 'rt.bench/v1' &&
    'kind' in value &&
    value.kind === 'latency' &&
    'loads' in value &&
    Array.isArray(value.loads);
  const value = parsed(text);
  if (isBaseline(value)) return value;
  throw new RtError('usage', `${path} is not a run of rt bench latency`, {
    hint: 'Give --baseline the run.json, or the folder, that --out of an earlier run made.',
  });
}

async function readText(path: string): Promise<string> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    return await readFile(isFolder ? join(path, 'run.json') : path, 'utf8');
  } catch (cause) {
    throw new RtError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path given with --baseline',
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Compares the loads that both have; other models are not compared. Pure. */
export function compareWithBaseline(
  now: Measured,
  before: Measured,
  { file, maxRegress }: { readonly file: string; readonly maxRegress: number },
): BaselineComparison {
  const figures: ComparedFigure[] = [];
  const gone: string[] = [];
  const refused = whyNotCompared(now, before);
  for (const { sessions, figures: current } of refused === null ? now.loads : []) {
    const earlier = before.loads.find((load) => load.sessions === sessions)?.figures ?? {};
    for (const metric of COMPARED) {
      const [then, value] = [earlier[metric], current[metric]];
      if (then === undefined) continue;
      if (value === undefined) gone.push(`${metric} at ${String(sessions)} sessions`);
      else figures.push(compared({ sessions, metric, before: then, now: value }, maxRegress));
    }
  }
  const differs = differences(now, before);
  return { file, at: before.at, max_regress: maxRegress, refused, differs, figures, gone };
}

/** Whether it is as good as the baseline; what could not be compared is not. */
export function isNoWorse({ refused, figures, gone }: BaselineComparison): boolean {
  return refused === null && gone.length === 0 && figures.every(({ verdict }) => verdict !== 'worse');
}

function whyNotCompared(now: Measured, before: Measured): string | null {
  if (now.model !== before.model) return `it measured ${before.model ?? 'a model without a name'}`;
  const loads = new Set(before.loads.map(({ sessions }) => sessions));
  return now.loads.some(({ sessions }) => loads.has(sessions)) ? null : 'it has none of these loads';
}

function compared(pair: Omit<ComparedFigure, 'change' | 'verdict'>, maxRegress: number): ComparedFigure {
  const { before, now } = pair;
  const differenceMs = now.value - before.value;
  const change = before.value === 0 ? null : differenceMs / before.value;
  const isBeyond = Math.abs(differenceMs) > Math.max(RESOLUTION_MS, before.value * maxRegress);
  const isApart = now.min > before.max || now.max < before.min;
  if (!isBeyond) return { ...pair, change, verdict: 'same' };
  if (!isApart) return { ...pair, change, verdict: 'noise' };
  return { ...pair, change, verdict: differenceMs > 0 ? 'worse' : 'better' };
}

function differences(now: Measured, before: Measured): readonly string[] {
  const pairs: readonly (readonly [string, object, object])[] = [
    ['environment', now.environment, before.environment],
    ['settings', now.settings, before.settings],
  ];
  return pairs.flatMap(([group, ours, theirs]) => {
    const [a, b] = [
      new Map<string, unknown>(Object.entries(ours)),
      new Map<string, unknown>(Object.entries(theirs)),
    ];
    return [...new Set([...a.keys(), ...b.keys()])]
      .filter((name) => group !== 'settings' || !IRRELEVANT.includes(name))
      .filter((name) => JSON.stringify(a.get(name) ?? null) !== JSON.stringify(b.get(name) ?? null))
      .map((name) => `${group}.${name}`);
  });
}
