/** How fast something grows, by least squares. Pure. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

const MS_PER_H = 3_600_000;
const BYTES_PER_MB = 1e6;

/** Megabytes (10^6 bytes) an hour; null of fewer than two samples, or of all at one time. */
export function slopeMbPerHour(samples: readonly Sample[]): number | null {
  const { length } = samples;
  const meanMs = samples.reduce((sum, { atMs }) => sum + atMs, 0) / length;
  const meanBytes = samples.reduce((sum, { bytes }) => sum + bytes, 0) / length;
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanMs) ** 2, 0);
  if (length < 2 || spread === 0) return null;
  const common = samples.reduce((sum, { atMs, bytes }) => sum + (atMs - meanMs) * (bytes - meanBytes), 0);
  return ((common / spread) * MS_PER_H) / BYTES_PER_MB;
}
