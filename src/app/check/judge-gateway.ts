/** Whether one gateway takes callers, and how soon a session begins. Pure. */
import type { GatewayFacts } from './gateway-facts.ts';
import { type CheckOutcome, concluded, type Measure, type Problem } from './outcome.ts';

const LEVELS = ['', 'sends partials at half rate', 'refuses new sessions', 'refuses all sessions'];

/** @param bounds milliseconds until session.begin */
export function judgeGateway(
  facts: GatewayFacts,
  bounds: { readonly warn: number; readonly crit: number },
): CheckOutcome {
  const { gateway, session } = facts;
  const begin = session.type === 'ended' ? `, a session begins after ${session.beginMs.toFixed(0)} ms` : '';
  return concluded({
    check: 'gateway',
    subject: gateway,
    summary: `${gateway} takes sessions${begin}`,
    problems: [...reachability(facts), ...overload(facts), ...refusal(facts)],
    measures: measures(facts, bounds),
  });
}

function reachability({ gateway, health, readiness }: GatewayFacts): readonly Problem[] {
  if ('reason' in health) return [{ state: 'critical', text: `no answer from ${gateway}: ${health.reason}` }];
  if (health.status !== 200)
    return [{ state: 'critical', text: `${gateway} answers HTTP ${String(health.status)}` }];
  return readiness === 'ready' ? [] : [{ state: 'critical', text: `not ready: ${readiness}` }];
}

function overload({ overloadLevel = 0, waiting = 0 }: GatewayFacts): readonly Problem[] {
  const problems: Problem[] = [];
  if (overloadLevel >= 1) {
    const text = `overload ${String(overloadLevel)}: ${LEVELS[overloadLevel] ?? LEVELS.at(-1) ?? ''}`;
    problems.push({ state: overloadLevel >= 2 ? 'critical' : 'warning', text });
  }
  if (waiting > 0) problems.push({ state: 'warning', text: `${String(waiting)} waiting for a slot` });
  return problems;
}

/** A gateway that refuses for want of workers does its own part. */
function refusal({ session, readiness }: GatewayFacts): readonly Problem[] {
  if (session.type !== 'failed' || readiness !== 'ready') return [];
  const { code, message } = session.fault;
  // Who may ask is another question than whether there is an answer.
  if (code === 'unauthenticated' || code === 'forbidden') return [];
  return [
    { state: code === 'no_capacity' ? 'warning' : 'critical', text: `a session is refused: ${message}` },
  ];
}

function measures(
  { session, overloadLevel, sessions, waiting }: GatewayFacts,
  bounds: { readonly warn: number; readonly crit: number },
): readonly Measure[] {
  const count = (name: string, help: string, value: number | undefined): readonly Measure[] =>
    value === undefined ? [] : [{ name, help, unit: '', value }];
  const begin: readonly Measure[] =
    session.type === 'ended'
      ? [
          {
            name: 'begin',
            help: 'From connecting to session.begin',
            unit: 'ms',
            value: Math.round(session.beginMs),
            bound: { side: 'most', ...bounds },
          },
        ]
      : [];
  return [
    ...begin,
    ...count('overload_level', '0 normal to 3 refuses all sessions', overloadLevel),
    ...count('sessions', 'Sessions open now', sessions),
    ...count('waiting', 'Clients that wait for a slot', waiting),
  ];
}
