/** How one gateway answers a monitor. Never rejects. */
import type { Clock } from '../../base/clock.ts';
import { gatherNetFacts, type NetFacts } from '../doctor/net-facts.ts';

export interface GatewayFacts extends NetFacts {
  /** Of its own metrics; undefined where it does not tell. */
  readonly overloadLevel: number | undefined;
  readonly sessions: number | undefined;
  readonly waiting: number | undefined;
}

export interface GatewayFactsOptions {
  readonly gateway: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly mayOpen: boolean;
}

export async function gatherGatewayFacts(options: GatewayFactsOptions): Promise<GatewayFacts> {
  // Before the session that is opened for this look becomes one of its figures.
  const metrics = await readMetrics(options.gateway, options.timeoutMs);
  const net = await gatherNetFacts(options);
  const gauge = (name: string): number | undefined => {
    const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(metrics)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return {
    ...net,
    overloadLevel: gauge('rt_overload_level'),
    sessions: gauge('rt_gateway_sessions'),
    waiting: gauge('rt_gateway_waiting'),
  };
}

async function readMetrics(gateway: string, timeoutMs: number): Promise<string> {
  try {
    const url = `${gateway.replace(/^ws/, 'http').replace(/\/+$/, '')}/metrics`;
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
