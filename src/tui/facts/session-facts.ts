/** What is known of one session, as lines of labelled values: of its record, its gateway's beats and its events. */
import { safeText } from '../../base/terminal-text.ts';
import { sparkline } from '../drawing/bars.ts';
import type { Glyphs } from '../drawing/glyphs.ts';
import { clockText, msText, positionText, secondsText } from '../drawing/quantity-text.ts';
import type { Tone } from '../drawing/theme.ts';
import type { SessionReading } from '../fleet/readings.ts';
import type { SessionText, Speech } from '../live-text/session-text.ts';
import type { OpenedSession } from '../live-text/text-state.ts';
import { LAG_ALERT_S } from '../state/alerts.ts';
import type { View } from '../state/view.ts';
import type { Fact } from './fact.ts';
import { latencyText } from './latency-text.ts';
import { speechShares } from './speech-shares.ts';

export interface FactsRoom {
  readonly columns: number;
  readonly glyphs: Glyphs;
}

interface Known {
  readonly opened: OpenedSession;
  /** Undefined once no gateway tells of it. */
  readonly reading: SessionReading | undefined;
}

const SAMPLES_PER_SECOND = 16_000;
/** Audio that one column of the speech line stands for. */
const STRETCH_S = 1;

export type SessionStatus = 'ACTIVE' | 'ENDED' | 'ERROR' | 'UNKNOWN';

const STATUS_TONES: Readonly<Record<SessionStatus, Tone>> = {
  ACTIVE: 'good',
  ENDED: 'accent',
  ERROR: 'bad',
  UNKNOWN: 'warn',
};

/** Four lines: what it is, the way its audio goes, how that comes in, how fast words come out. */
export function sessionFacts(
  opened: OpenedSession,
  view: View,
  room: FactsRoom,
): readonly (readonly Fact[])[] {
  const known = { opened, reading: view.sessions.find(({ id }) => id === opened.id) };
  return [identity(known), path(known, room.glyphs), intake(known, room), output(known, view, room.glyphs)];
}

/** What became of it, by whoever knows best: its last event, its record, the gateway that serves it. */
export function statusOf({ opened, reading }: Known): SessionStatus {
  const { text, record, isKnown } = opened;
  const outcome = text.ending?.outcome ?? record?.status;
  if (outcome === 'ended') return 'ENDED';
  if (outcome === 'error') return 'ERROR';
  if (outcome === 'active' || reading !== undefined || text.lastSeq > 0) return 'ACTIVE';
  return isKnown === false ? 'UNKNOWN' : 'ACTIVE';
}

function identity(known: Known): readonly Fact[] {
  const { opened, reading } = known;
  const { record, text } = opened;
  const status = statusOf(known);
  return [
    { label: 'STATE', value: status, tone: STATUS_TONES[status] },
    ...optional('REASON', text.ending?.reason || record?.endReason),
    { label: 'AUDIO', value: clockText(audioSeconds(known)) },
    ...optional('LANG', reading?.language ?? record?.language),
    ...optional('MODEL', reading?.model ?? record?.model),
    ...optional('ROOM', record?.room),
    ...optional('SPEAKER', record?.speaker),
  ];
}

function path({ opened, reading }: Known, glyphs: Glyphs): readonly Fact[] {
  const { record, text } = opened;
  const places = [
    // The record knows of a new worker at once, a digest with the next beat.
    record?.clientIp ?? reading?.clientIp,
    record?.gatewayId ?? reading?.gatewayId,
    record?.workerId ?? reading?.workerId,
  ];
  const failovers = record?.failovers ?? text.failovers;
  const way = places.map((place) => (place === undefined || place === '' ? glyphs.none : safeText(place)));
  return [
    { label: 'PATH', value: way.join(` ${glyphs.rule} `) },
    { label: 'FAILOVERS', value: String(failovers), tone: failovers > 0 ? 'warn' : 'plain' },
    ...optional('EPOCH', record === undefined ? undefined : String(record.epoch)),
    ...optional(
      'COMMITTED',
      record === undefined ? undefined : positionText(record.committed / SAMPLES_PER_SECOND),
    ),
  ];
}

function intake(known: Known, { columns, glyphs }: FactsRoom): readonly Fact[] {
  const { history, text } = known.opened;
  const lagS = known.reading?.lagS ?? null;
  const pace = history.paces.at(-1);
  const values = {
    pace: pace === undefined ? glyphs.none : `${pace.toFixed(2)}x`,
    lag: lagS === null ? glyphs.none : secondsText(lagS),
  };
  // What the labels, the values and the gaps leave is shared by three lines of dots.
  const width = Math.max(4, Math.floor((columns - 34 - values.pace.length - values.lag.length) / 3));
  const shares = speechShares(speechesOf(text), {
    endS: audioSeconds(known),
    lengthS: STRETCH_S,
    count: width,
  });
  const line = (numbers: readonly number[], top: number): string =>
    sparkline(numbers, top, { width, glyphs });
  return [
    { label: 'PACE', value: `${values.pace} ${line(history.paces, 2)}`.trim() },
    {
      label: 'LAG',
      value: `${values.lag} ${line(history.lags, Math.max(1, ...history.lags))}`.trim(),
      tone: lagS !== null && lagS > LAG_ALERT_S ? 'warn' : 'plain',
    },
    { label: 'SPEECH', value: line(shares, 1) },
  ];
}

/** What the detector said; where it is off, the finals and what is being said. */
function speechesOf({ speeches, finals, partial }: SessionText): readonly Speech[] {
  if (speeches.length > 0) return speeches;
  const now = partial === undefined ? [] : [{ startS: partial.startS, endS: partial.audioEndS }];
  return [...finals, ...now];
}

function output({ opened, reading }: Known, view: View, glyphs: Glyphs): readonly Fact[] {
  const { text } = opened;
  const worker = view.workers.find(({ id }) => id === (opened.record?.workerId ?? reading?.workerId));
  const step = worker?.stepP50Ms ?? null;
  return [
    { label: 'RESPONSE', value: latencyText(reading?.response ?? null, glyphs) },
    { label: 'STEP', value: step === null ? glyphs.none : `p50 ${msText(step)} ms` },
    { label: 'FINALS', value: String(text.finals.length + text.olderFinals) },
    { label: 'EVENTS', value: String(text.lastSeq) },
  ];
}

/** The most that anybody says: the gateway tells every beat, the record every renewal, events as they come. */
function audioSeconds({ opened, reading }: Known): number {
  const { record, text } = opened;
  const { atS } = text.events.at(-1) ?? {};
  return Math.max(reading?.audioS ?? 0, record?.audioDuration ?? 0, atS ?? 0);
}

function optional(label: string, value: string | undefined): readonly Fact[] {
  return value === undefined || value === '' ? [] : [{ label, value: safeText(value) }];
}
