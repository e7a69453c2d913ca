/** Numbers and texts as cells: fixed widths, units that line up, and an ASCII form of everything. */
import { displayWidth, keepEnd, keepStart } from '../../base/display-width.ts';

export interface Glyphs {
  readonly isAscii: boolean;
  readonly barFull: string;
  readonly barEmpty: string;
  /** From lowest to highest. */
  readonly spark: readonly string[];
  readonly rule: string;
  readonly dot: string;
  readonly partial: string;
  readonly ellipsis: string;
  readonly upDown: string;
  /** Before the chosen row. */
  readonly chosen: string;
  readonly falling: string;
  readonly rising: string;
  readonly none: string;
}

export const UNICODE: Glyphs = {
  isAscii: false,
  barFull: '█',
  barEmpty: '░',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  rule: '─',
  dot: '·',
  partial: '▍',
  ellipsis: '…',
  upDown: '↑↓',
  chosen: '›',
  falling: '↓',
  rising: '↑',
  none: '–',
};

export const ASCII: Glyphs = {
  isAscii: true,
  barFull: '#',
  barEmpty: '.',
  spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
  rule: '-',
  dot: '-',
  partial: '|',
  ellipsis: '..',
  upDown: 'up/down',
  chosen: '>',
  falling: 'v',
  rising: '^',
  none: '-',
};

export interface CellOptions {
  /** Columns, exactly. */
  readonly width: number;
  readonly align?: 'left' | 'right';
  /** Which part of a text that is too long stays. */
  readonly keep?: 'start' | 'end';
}

/** `text` in exactly `width` columns. */
export function cell(text: string, { width, align, keep }: CellOptions, glyphs: Glyphs): string {
  const shown = glyphs.isAscii ? toAscii(text) : text;
  const cut =
    keep === 'end' ? keepEnd(shown, width, glyphs.ellipsis) : keepStart(shown, width, glyphs.ellipsis);
  const padding = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'right' ? padding + cut : cut + padding;
}

/** Letters without their accents; anything else that is not ASCII becomes a question mark. */
export function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}

/** `now`, `42s`, `3m`, `5h`: how long ago, rounded down. */
export function ageText(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}

/** `0.3s`. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)}s`;
}

/** Milliseconds without their unit: one decimal below ten, else none. */
export function msText(ms: number): string {
  return ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0);
}

/** 0.41 → `41%`. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** `210 MiB`. */
export function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** Position in audio: `0:42`, `12:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(whole % 60).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Local time of day, `14:03:27`. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A bar of `width` columns; anything above nothing shows, and only what is full looks full. */
export function bar(share: number, width: number, glyphs: Glyphs): string {
  const bounded = Math.min(1, Math.max(0, share));
  const exact = bounded * width;
  const full = bounded === 1 ? width : Math.min(width - 1, exact > 0 ? Math.max(1, Math.round(exact)) : 0);
  return glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(width - full);
}

/** The last `width` of `values` against `top`, one column each; shorter while there are fewer. */
export function sparkline(
  values: readonly number[],
  top: number,
  { width, glyphs }: { readonly width: number; readonly glyphs: Glyphs },
): string {
  const highest = glyphs.spark.length - 1;
  return values
    .slice(-width)
    .map((value) => glyphs.spark[top > 0 ? Math.min(highest, Math.round((value / top) * highest)) : 0] ?? '')
    .join('');
}
