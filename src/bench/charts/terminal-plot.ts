/**
 * A chart as text: dots of braille, eight to a cell, or letters where a terminal has none. Pure.
 *
 * Always true: no line is wider than was asked for; each series ends in its letter, which the legend explains, so that
 * nothing is told by colour alone.
 */
import type { Chart, Point, Series } from './chart.ts';
import { createScale, type Scale } from './scale.ts';

export interface PlotOptions {
  readonly columns: number;
  /** Rows of the drawing, without title, axis and legend. */
  readonly rows: number;
  readonly ascii: boolean;
}

const NARROWEST = 20;
const BRAILLE = 0x2800;
/** Bits of a braille cell by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Title, drawing, axis and legend, line by line. */
export function plotChart(chart: Chart, options: PlotOptions): readonly string[] {
  const points = chart.series.flatMap((series) => series.points);
  const marksOn = (axis: 'x' | 'y'): readonly number[] =>
    chart.marks.filter((mark) => mark.axis === axis).map(({ at }) => at);
  const x = createScale(chart.x.scale, [...points.map((point) => point.x), ...marksOn('x')]);
  const y = createScale(chart.y.scale, [...points.map((point) => point.y), ...marksOn('y')]);
  const labelWidth = Math.max(...y.ticks.map(({ label }) => label.length));
  const columns = Math.max(NARROWEST, options.columns - labelWidth - 2);
  const canvas = createCanvas({ ...options, columns });
  for (const at of marksOn('y')) canvas.line({ x: 0, y: y.position(at) }, { x: 1, y: y.position(at) }, '-');
  for (const at of marksOn('x')) canvas.line({ x: x.position(at), y: 0 }, { x: x.position(at), y: 1 }, ':');
  for (const [index, series] of chart.series.entries())
    drawSeries(canvas, series, { x, y, letter: letterOf(index) });
  return [
    `${chart.title} (${chart.y.label})`,
    ...canvas
      .rows()
      .map((row, index) =>
        `${labelAt(y, { row: index, ...options }).padStart(labelWidth)} ${bar(options)}${row}`.trimEnd(),
      ),
    ...axisLines(chart, x, { labelWidth, columns }),
    ...legendOf(chart),
  ];
}

function bar({ ascii }: PlotOptions): string {
  return ascii ? '|' : '│';
}

function letterOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + (index % 26));
}

/** The label of the tick that lies in this row. */
function labelAt(scale: Scale, { row, rows }: { readonly row: number; readonly rows: number }): string {
  const tick = scale.ticks.find(({ position }) => Math.round((1 - position) * (rows - 1)) === row);
  return tick?.label ?? '';
}

function axisLines(
  chart: Chart,
  scale: Scale,
  { labelWidth, columns }: { readonly labelWidth: number; readonly columns: number },
): readonly string[] {
  let text = '';
  for (const { position, label } of scale.ticks) {
    const at = Math.min(Math.round(position * (columns - 1)), columns - label.length);
    if (at >= text.length + (text === '' ? 0 : 1)) text = text.padEnd(at) + label;
  }
  const indent = ' '.repeat(labelWidth + 2);
  return [indent + text, indent + chart.x.label];
}

function legendOf({ series, marks }: Chart): readonly string[] {
  const named = series.map(
    ({ name, isVoid }, index) => `${letterOf(index)} ${name}${isVoid ? ' (void)' : ''}`,
  );
  return [[...named, ...marks.map(({ label }) => label)].join('   ')];
}

interface Canvas {
  /** Draws between two places, each 0 to 1; `glyph` where there is no braille. */
  line(from: Point, to: Point, glyph: string): void;
  letter(at: Point, letter: string): void;
  rows(): readonly string[];
}

function drawSeries(
  canvas: Canvas,
  { points, shape }: Series,
  { x, y, letter }: { readonly x: Scale; readonly y: Scale; readonly letter: string },
): void {
  const placed = points.map((point) => ({ x: x.position(point.x), y: y.position(point.y) }));
  for (const [index, to] of placed.entries()) {
    const from = shape === 'bars' ? { x: to.x, y: 0 } : (placed[index - 1] ?? to);
    canvas.line(from, to, letter);
  }
  const last = placed.at(-1);
  if (last !== undefined) canvas.letter(last, letter);
}

function createCanvas({ columns, rows, ascii }: PlotOptions): Canvas {
  const dotsX = ascii ? columns : columns * 2;
  const dotsY = ascii ? rows : rows * 4;
  const cells = new Uint8Array(columns * rows);
  const glyphs = new Map<number, string>();
  const letters = new Map<number, string>();
  const dot = (atX: number, atY: number, glyph: string): void => {
    const [cellX, cellY] = ascii ? [atX, atY] : [atX >> 1, atY >> 2];
    const index = cellY * columns + cellX;
    if (ascii) glyphs.set(index, glyph);
    else cells[index] = (cells[index] ?? 0) | (DOTS[atX & 1 ? 1 : 0][atY & 3] ?? 0);
  };
  const glyphAt = (index: number): string => {
    const bits = cells[index] ?? 0;
    return bits === 0 ? (glyphs.get(index) ?? ' ') : String.fromCharCode(BRAILLE + bits);
  };
  const place = ({ x, y }: Point): { readonly atX: number; readonly atY: number } => ({
    atX: Math.round(x * (dotsX - 1)),
    atY: Math.round((1 - y) * (dotsY - 1)),
  });
  return {
    line(from, to, glyph) {
      const [a, b] = [place(from), place(to)];
      const steps = Math.max(Math.abs(b.atX - a.atX), Math.abs(b.atY - a.atY), 1);
      for (let step = 0; step <= steps; step++) {
        const share = step / steps;
        dot(Math.round(a.atX + (b.atX - a.atX) * share), Math.round(a.atY + (b.atY - a.atY) * share), glyph);
      }
    },
    letter(at, letter) {
      const { atX, atY } = place(at);
      const row = Math.floor((atY * rows) / dotsY) * columns;
      let column = Math.floor((atX * columns) / dotsX);
      // Lines may end at one place: the letters of the later ones stand left of it.
      while (column > 0 && letters.has(row + column)) column -= 1;
      letters.set(row + column, letter);
    },
    rows: () =>
      Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (__, column) => {
          const index = row * columns + column;
          return letters.get(index) ?? glyphAt(index);
        }).join(''),
      ),
  };
}
