/** The two lines of totals, as labelled values: for the screen and for the printed snapshot. */
import { displayWidth } from '../../base/display-width.ts';
import { GAP } from '../drawing/column.ts';
import { type Glyphs, msText, secondsText, sparkline } from '../drawing/format.ts';
import type { Latency } from '../fleet/readings.ts';
import type { Tone } from '../drawing/theme.ts';
import type { View } from '../state/view.ts';

const WIDEST_SPARK = 40;
const NARROWEST_SPARK = 6;

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly tone?: Tone;
}

/** How much is going on. */
export function trafficFacts({ totals, gateways }: View): readonly Fact[] {
  return [
    { label: 'SESSIONS', value: `${totals.active}/${totals.capacity}` },
    gatewaysFact(gateways.length, totals.overloadLevel),
    { label: 'REJECTS', value: `${totals.rejects}/min`, tone: totals.rejects > 0 ? 'warn' : 'plain' },
    { label: 'FAILOVERS', value: `${totals.failovers}/min`, tone: totals.failovers > 0 ? 'warn' : 'plain' },
  ];
}

/** Their number, and how overloaded the worst one is. */
function gatewaysFact(gateways: number, overloadLevel: number): Fact {
  if (overloadLevel < 1) return { label: 'GATEWAYS', value: String(gateways) };
  const value = `${gateways} overload ${overloadLevel}`;
  return { label: 'GATEWAYS', value, tone: overloadLevel >= 2 ? 'bad' : 'warn' };
}

/** How long people wait, who waits, and what is least missed where there is no room. */
export function latencyFacts({ totals, routers }: View, glyphs: Glyphs): readonly Fact[] {
  const { waiting } = totals;
  return [
    { label: 'RESPONSE', value: latencyText(totals.response, glyphs) },
    { label: 'LAG', value: `max ${totals.maxLagS === null ? glyphs.none : secondsText(totals.maxLagS)}` },
    { label: 'BEGIN', value: latencyText(totals.begin, glyphs) },
    {
      label: 'WAITING',
      value: waiting === null ? glyphs.none : String(waiting),
      tone: waiting === null || waiting === 0 ? 'plain' : 'warn',
    },
    { label: 'ROUTERS', value: String(routers.length) },
  ];
}

/** Columns of `facts` on one line. */
export function factsWidth(facts: readonly Fact[]): number {
  return (
    facts.reduce((sum, { label, value }) => sum + label.length + 1 + displayWidth(value), 0) +
    GAP.length * (facts.length - 1)
  );
}

/** The facts from the first on that fit into `width`. */
export function fittingFacts(facts: readonly Fact[], width: number): readonly Fact[] {
  return facts.filter((_, index) => factsWidth(facts.slice(0, index + 1)) <= width);
}

/** `facts` with the sessions of the last looks drawn behind the first, where `width` leaves room. */
export function withSparkline(
  facts: readonly Fact[],
  { totals }: View,
  room: { readonly width: number; readonly glyphs: Glyphs },
): readonly Fact[] {
  const width = Math.min(WIDEST_SPARK, room.width - factsWidth(facts) - 1);
  const [sessions, ...rest] = facts;
  if (width < NARROWEST_SPARK || sessions === undefined) return facts;
  const top = Math.max(totals.capacity, ...totals.activeHistory);
  const spark = sparkline(totals.activeHistory, top, { width, glyphs: room.glyphs });
  return [{ ...sessions, value: `${sessions.value} ${spark}` }, ...rest];
}

function latencyText(latency: Latency | null, { none }: Glyphs): string {
  return latency === null ? none : `p50 ${msText(latency.p50Ms)} p95 ${msText(latency.p95Ms)} ms`;
}
