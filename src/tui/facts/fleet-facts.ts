/** What is known of the fleet, as two lines of labelled values: for the screen and for the printed snapshot. */
import { sparkline } from '../drawing/bars.ts';
import type { Glyphs } from '../drawing/glyphs.ts';
import { secondsText } from '../drawing/quantity-text.ts';
import type { View } from '../state/view.ts';
import { type Fact, factsWidth } from './fact.ts';
import { latencyText } from './latency-text.ts';

const WIDEST_SPARK = 40;
const NARROWEST_SPARK = 6;

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
