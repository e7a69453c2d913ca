/** A machine whose arms follow a formula, in place of servers, generator and namespace. */
import type { CellSpec } from '../../../bench/peer/cell.mjs';

/** Streams at which the lag passes one chunk. */
export function limitOf({ arm, settings, loadArgs }: CellSpec): number {
  if (arm === 'rt-gateway') return 96;
  if (arm === 'rt-worker') return loadArgs.includes('--no-vad') ? 72 : 104;
  const { workThreads, maxBatch, numThreads, loopIntervalMs } = settings;
  const threads = workThreads === 2 ? 1 : 0.8;
  const batch = maxBatch === 16 ? 1 : 0.9;
  return Math.round(60 * threads * batch * (numThreads === 1 ? 1 : 0.7) * (loopIntervalMs === 5 ? 1 : 0.95));
}

/** What `rt bench load --json` would print: lag grows gently to the chunk, then collapses. */
export function documentOf(spec: CellSpec, { latenessMs = 1 }: { latenessMs?: number } = {}): object {
  const share = spec.streams / limitOf(spec);
  const p95 = share <= 1 ? spec.chunkMs * (0.1 + 0.9 * share) : spec.chunkMs * 20 * share;
  const isLate = latenessMs > 5;
  const isFailed = share > 1;
  return {
    schema: 'rt.bench/v1',
    steps: [
      {
        sessions: spec.streams,
        admitted: spec.streams,
        refused: 0,
        errors: 0,
        incomplete: 0,
        goodput: spec.streams,
        verdict: isLate ? 'void' : isFailed ? 'fail' : 'pass',
        reasons: isLate ? ['the generator was late'] : [],
        metrics: {
          resp_lag: { n: 100, p50: p95 / 2, p95, p99: p95, max: p95, hdr: '' },
          lateness: { p99: latenessMs },
        },
        wer: null,
        generator: { cpu_share: 0.1 },
        servers: [{ cpu_share: 1, rss_bytes: 2 ** 20 }],
      },
    ],
  };
}
