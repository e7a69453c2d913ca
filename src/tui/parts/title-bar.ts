import { displayWidth } from '../../base/display-width.ts';
import { VIEW_NAMES, type ViewName } from '../choice/screen-name.ts';
import type { Ui } from '../choice/ui.ts';
import { cell } from '../drawing/cell.ts';
import type { Span } from '../drawing/column.ts';
import { type Line, lineOf, spansWidth } from '../drawing/line.ts';
import { ageText, msText, timeOfDay } from '../drawing/quantity-text.ts';
import type { Theme, Tone } from '../drawing/theme.ts';
import type { Freshness, View } from '../state/view.ts';

export interface TitleBarOptions {
  readonly view: View;
  readonly ui: Ui;
  readonly target: string;
  readonly date: Date;
  /** Changes that came while the picture was held still. */
  readonly missed: number;
  readonly isReadOnly: boolean;
  readonly columns: number;
  readonly theme: Theme;
}

const AGE_TONES: Readonly<Record<Freshness, Tone>> = { fresh: 'plain', aging: 'warn', stale: 'bad' };
const TABS: Readonly<Record<ViewName, string>> = {
  overview: 'Over',
  workers: 'Work',
  sessions: 'Sess',
  transcripts: 'Text',
  rooms: 'Room',
  events: 'Ev',
};
const TABS_FROM = 140;

/** Which cluster, how fast Redis answers, how old the picture is, and the time; the views where there is room. */
export function titleBar(options: TitleBarOptions): Line {
  const { ui, target, date, columns, theme } = options;
  const dot = ` ${theme.glyphs.dot} `;
  const facts = factsOf(options, dot);
  const time = timeOfDay(date);
  const tabs = columns < TABS_FROM ? [] : tabSpans(ui);
  const taken = spansWidth([...facts, ...tabs]) + 'rt top'.length + 2 * dot.length;
  const left = columns - 2 - taken - time.length;
  const name = cell(target, { width: Math.max(0, Math.min(displayWidth(target), left - 1)) }, theme.glyphs);
  return lineOf(
    [
      { text: 'rt top', tone: 'strong' },
      { text: `${dot}${name}${dot}`, tone: 'plain' },
      ...facts,
      { text: ' '.repeat(Math.max(1, left - displayWidth(name))), tone: 'plain' },
      ...tabs,
      { text: time, tone: 'faint' },
    ],
    { gap: '' },
  );
}

function factsOf({ view, ui, missed, isReadOnly, theme }: TitleBarOptions, dot: string): readonly Span[] {
  const answered = view.isWaiting ? theme.glyphs.none : msText(view.readMs);
  return [
    { text: `redis ${answered} ms${dot}`, tone: 'plain' },
    {
      text: view.isWaiting ? 'no data yet' : `data ${ageText(view.dataAgeMs)} old`,
      tone: AGE_TONES[view.freshness],
    },
    { text: isReadOnly ? `${dot}READ-ONLY` : '', tone: 'plain' },
    { text: ui.isPaused ? `${dot}PAUSED, ${missed} missed` : '', tone: 'warn' },
  ];
}

function tabSpans(ui: Ui): readonly Span[] {
  return VIEW_NAMES.map((name, index) => ({
    text: `[${index + 1}]${TABS[name]} `,
    tone: name === ui.view ? 'strong' : 'faint',
  }));
}
