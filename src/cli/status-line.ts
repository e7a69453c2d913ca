/** One line that says how a stream is doing, from whatever is known, in whatever room there is. Pure. */
import { displayWidth, keepStart } from '../base/display-width.ts';
import { clockText } from './clock-text.ts';

/** Loudness in dB of full scale. */
export interface ShownLevel {
  readonly peakDb: number;
  readonly rmsDb: number;
}

export interface LiveFigures {
  /** Audio that was sent, and what of it the engine has consumed. */
  readonly sentS: number | undefined;
  readonly decodedS: number | undefined;
  readonly gateway: string | undefined;
  readonly finalP95Ms: number | undefined;
  /** Of a microphone. */
  readonly level: ShownLevel | undefined;
}

export interface StatusLine {
  readonly figures: LiveFigures;
  readonly title: string | undefined;
  readonly totalS: number | undefined;
  readonly columns: number;
  readonly ascii: boolean;
}

interface Part {
  readonly text: string;
  /** The lowest goes first where there is no room. */
  readonly worth: number;
  readonly gap: string;
}

const MAX_TITLE_COLUMNS = 32;
const BAR_CELLS = 15;
const MARK_WORTH = 80;

/** At most `columns` wide; empty where nothing is known. */
export function statusLine({ figures, title, totalS, columns, ascii }: StatusLine): string {
  const { sentS, decodedS, gateway, finalP95Ms, level } = figures;
  const isMeasured = sentS !== undefined && totalS !== undefined && totalS > 0;
  const share = isMeasured ? Math.min(1, sentS / totalS) : 0;
  const lagS = sentS === undefined || decodedS === undefined ? undefined : Math.max(0, sentS - decodedS);
  const name = title === undefined ? undefined : keepStart(title, MAX_TITLE_COLUMNS, ascii ? '..' : '…');
  const dot = ascii ? '-' : '·';
  let parts = [
    part(ascii ? '*' : '●', MARK_WORTH, ''),
    part(name, 60, ' '),
    part(sentS === undefined ? undefined : clockText(sentS), 100, ` ${dot} `),
    part(isMeasured ? `/ ${clockText(totalS)}` : undefined, 70, ' '),
    part(isMeasured ? bar(share, ascii) : undefined, 20, ' '),
    part(isMeasured ? `${String(Math.round(share * 100))}%` : undefined, 65, ' '),
    part(level === undefined ? undefined : levelText(level, ascii), 90, '  '),
    part(gateway === undefined ? undefined : hostOf(gateway), 10, '   '),
    part(lagS === undefined ? undefined : `lag ${lagS.toFixed(1)} s`, 40, '   '),
    part(finalP95Ms === undefined ? undefined : `final p95 ${String(Math.round(finalP95Ms))} ms`, 30, '   '),
  ].flat();
  while (parts.length > 0 && widthOf(parts) > columns) {
    const least = Math.min(...parts.map(({ worth }) => worth));
    parts = parts.filter(({ worth }) => worth !== least);
  }
  // The mark alone says nothing.
  return parts.some(({ worth }) => worth !== MARK_WORTH) ? join(parts) : '';
}

function part(text: string | undefined, worth: number, gap: string): readonly Part[] {
  return text === undefined ? [] : [{ text, worth, gap }];
}

function join(parts: readonly Part[]): string {
  const [first, second, ...rest] = parts;
  // Behind the mark there is nothing to be set off from.
  const head = [first?.text, second?.text].filter((text) => text !== undefined).join(' ');
  return head + rest.map(({ text, gap }) => gap + text).join('');
}

function widthOf(parts: readonly Part[]): number {
  return displayWidth(join(parts));
}

function bar(share: number, ascii: boolean): string {
  const done = Math.round(share * BAR_CELLS);
  if (ascii) return `[${'='.repeat(done)}${' '.repeat(BAR_CELLS - done)}]`;
  return done === BAR_CELLS ? '━'.repeat(done) : `${'━'.repeat(done)}╺${'─'.repeat(BAR_CELLS - done - 1)}`;
}

const METER_CELLS = 12;
const METER_FLOOR_DB = -60;

/** The mean as a bar, the peak as a mark and a number: `█████···|··· -18 dB`. */
export function levelText({ peakDb, rmsDb }: ShownLevel, ascii: boolean): string {
  const cells = (db: number): number =>
    Math.round(Math.min(1, Math.max(0, 1 - db / METER_FLOOR_DB)) * METER_CELLS);
  const [full, empty, mark] = ascii ? ['#', '.', '|'] : ['█', '·', '▏'];
  const [mean, peak] = [cells(rmsDb), cells(peakDb)];
  const meter = Array.from({ length: METER_CELLS }, (_, cell) => {
    if (cell < mean) return full;
    return cell === peak - 1 ? mark : empty;
  });
  const number = peakDb <= METER_FLOOR_DB ? 'silent' : `${String(Math.round(peakDb))} dB`;
  return `${meter.join('')} ${number.padStart(6)}`;
}

/** The address without what every gateway has in front. */
function hostOf(gateway: string): string {
  return gateway.replace(/^wss?:\/\//u, '').replace(/\/+$/u, '');
}
