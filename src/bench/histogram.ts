/** Durations in an HDR histogram: 1 µs to 60 s with three digits, so that the tail is as exact as the middle. */
import hdr from 'hdr-histogram-js';

const US_PER_MS = 1000;
/** The longest time told apart from longer ones; what takes longer counts as this long. */
export const LONGEST_MS = 60_000;

/** Milliseconds; null where there is no value. */
export interface HistogramFigures {
  readonly n: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p99_9: number | null;
  readonly max: number | null;
  /** The whole histogram in microseconds: HDR V2, deflated, base64. Histograms of several runs can be added. */
  readonly hdr: string;
}

export interface LatencyHistogram {
  readonly count: number;
  /** Takes what is below 0 as 0 and what is above 60 s as 60 s. */
  recordMs(value: number): void;
  /** Milliseconds below which `percent` of the values lie; undefined of none. */
  percentileMs(percent: number): number | undefined;
  figures(): HistogramFigures;
}

export function createLatencyHistogram(): LatencyHistogram {
  const histogram = hdr.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MS * US_PER_MS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  let minUs = Number.POSITIVE_INFINITY;
  let maxUs = 0;
  const percentileMs = (percent: number): number | undefined => {
    if (histogram.totalCount === 0) return undefined;
    // A bucket answers with its upper end; no value was longer than the longest.
    return Math.min(histogram.getValueAtPercentile(percent), maxUs) / US_PER_MS;
  };
  return {
    get count() {
      return histogram.totalCount;
    },
    recordMs(value) {
      const valueUs = Math.round(Math.min(Math.max(value, 0), LONGEST_MS) * US_PER_MS);
      minUs = Math.min(minUs, valueUs);
      maxUs = Math.max(maxUs, valueUs);
      histogram.recordValue(valueUs);
    },
    percentileMs,
    figures() {
      const at = (percent: number): number | null => percentileMs(percent) ?? null;
      const ofSome = (valueUs: number): number | null =>
        histogram.totalCount === 0 ? null : Math.round(valueUs) / US_PER_MS;
      return {
        n: histogram.totalCount,
        min: ofSome(minUs),
        mean: ofSome(histogram.mean),
        stddev: ofSome(histogram.stdDeviation),
        ...{ p50: at(50), p90: at(90), p95: at(95), p99: at(99), p99_9: at(99.9) },
        max: ofSome(maxUs),
        hdr: hdr.encodeIntoCompressedBase64(histogram),
      };
    },
  };
}
