import type { Glyphs } from '../drawing/glyphs.ts';
import { msText } from '../drawing/quantity-text.ts';
import type { Latency } from '../fleet/readings.ts';

/** Its percentiles with their unit. */
export function latencyText(latency: Latency | null, { none }: Glyphs): string {
  return latency === null ? none : `p50 ${msText(latency.p50Ms)} p95 ${msText(latency.p95Ms)} ms`;
}
