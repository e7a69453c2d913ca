/** Where values lie on an axis, and which of them are written beside it. Pure. */
import type { ScaleKind } from './chart.ts';

export interface Tick {
  /** 0 at the beginning of the axis, 1 at its end. */
  readonly position: number;
  readonly label: string;
}

export interface Scale {
  /** 0 to 1; values beyond an end lie at it. */
  position(value: number): number;
  readonly ticks: readonly Tick[];
}

const MOST_TICKS = 6;
/** Of a decade. */
const PARTS = [1, 2, 5] as const;
/** Of a logarithmic axis: what is smaller lies at its beginning. */
const SMALLEST_SHARE = 1e-4;

/** An axis that holds all of `values`. */
export function createScale(kind: ScaleKind, values: readonly number[]): Scale {
  const finite = values.filter((value) => Number.isFinite(value));
  if (kind === 'log') return logScale(finite);
  if (kind === 'nines') return ninesScale(finite);
  return linearScale(kind === 'linear' ? [0, ...finite] : finite);
}

function linearScale(values: readonly number[]): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = niceStep((high - low || Math.abs(high) || 1) / (MOST_TICKS - 1));
  const first = Math.floor(low / step) * step;
  const last = Math.max(Math.ceil(high / step) * step, first + step);
  return scaleOf(
    Array.from({ length: Math.round((last - first) / step) + 1 }, (_, index) => first + index * step),
    { first, last, map: (value) => value },
  );
}

function logScale(values: readonly number[]): Scale {
  const most = Math.max(...values, SMALLEST_SHARE);
  const least = Math.max(Math.min(...values.filter((value) => value > 0), most), most * SMALLEST_SHARE);
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const marks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)).flatMap((decade) =>
    PARTS.map((part) => decade * part),
  );
  const first = marks.findLast((mark) => mark <= least) ?? 10 ** from;
  const last = marks.find((mark) => mark >= most && mark > first) ?? 10 ** to;
  const within = marks.filter((mark) => mark >= first && mark <= last);
  const decades = within.filter((mark) => Number.isInteger(Math.log10(mark)));
  return scaleOf(within.length <= MOST_TICKS + 1 ? within : decades, {
    ...{ first, last },
    map: (value) => Math.log10(Math.max(value, first)),
  });
}

function ninesScale(values: readonly number[]): Scale {
  const nines = (share: number): number => -Math.log10(Math.max(1 - share, 1e-9));
  const most = Math.max(1, Math.ceil(Math.max(...values.map(nines)) - 1e-9));
  const ticks = Array.from({ length: most + 1 }, (_, nine) => 1 - 10 ** -nine);
  const position = (share: number): number => within01(nines(share) / most);
  return {
    position,
    // 1 - 10^-3 is 99.9 %: as many digits as there are nines.
    ticks: ticks.map((share, nine) => ({
      position: position(share),
      label: `${(share * 100).toFixed(Math.max(0, nine - 2))} %`,
    })),
  };
}

function scaleOf(
  ticks: readonly number[],
  {
    first,
    last,
    map,
  }: { readonly first: number; readonly last: number; readonly map: (value: number) => number },
): Scale {
  const position = (value: number): number => within01((map(value) - map(first)) / (map(last) - map(first)));
  return { position, ticks: ticks.map((value) => ({ position: position(value), label: numberText(value) })) };
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function niceStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  return decade * (PARTS.find((part) => decade * part >= step) ?? 10);
}

/** Short, and exact to three digits. */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1e6 ? rounded.toExponential() : String(rounded);
}

function within01(position: number): number {
  return Math.min(1, Math.max(0, position));
}
