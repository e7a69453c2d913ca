/** The values of a histogram of a document, back from its text. */
import hdr from 'hdr-histogram-js';
import { messageOf, RtError } from '../../base/errors.ts';

const US_PER_MS = 1000;

/** Values in rising order, each with how many were at most that large. */
export interface Distribution {
  readonly count: number;
  readonly valuesMs: readonly number[];
  /** Counts of all values up to and including the same place of `valuesMs`. */
  readonly cumulative: readonly number[];
}

/**
 * Milliseconds, to three digits as the histogram keeps them.
 * @throws RtError file_unreadable for a text that is no histogram
 */
export function decodeHistogram(text: string, maxMs: number | null): Distribution {
  const valuesMs: number[] = [];
  const cumulative: number[] = [];
  const iterator = readHistogram(text).recordedValuesIterator;
  iterator.reset();
  let count = 0;
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = iterator.next();
    count += countAtValueIteratedTo;
    // A bucket answers with its upper end; no value was longer than the longest.
    valuesMs.push(Math.min(valueIteratedTo / US_PER_MS, maxMs ?? Number.POSITIVE_INFINITY));
    cumulative.push(count);
  }
  return { count, valuesMs, cumulative };
}

/** The histogram in the text format of HdrHistogram (`.hgrm`), in milliseconds. @throws RtError file_unreadable */
export function percentileListing(text: string): string {
  return readHistogram(text).outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, US_PER_MS);
}

/** As the plotters of HdrHistogram want it. */
const TICKS_PER_HALF_DISTANCE = 5;

/** The value that a share `rank` of all values does not exceed; `rank` in 0..1, of at least one value. */
export function valueAtRank({ count, valuesMs, cumulative }: Distribution, rank: number): number {
  const wanted = Math.min(count, Math.max(1, Math.ceil(rank * count)));
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) >= wanted) high = middle;
    else low = middle + 1;
  }
  return valuesMs[low] ?? Number.NaN;
}

function readHistogram(text: string): InstanceType<typeof hdr.JsHistogram> {
  try {
    const histogram = hdr.decodeFromCompressedBase64(text, 32, false);
    if (histogram instanceof hdr.JsHistogram) return histogram;
    throw new Error('not the plain form');
  } catch (cause) {
    throw new RtError('file_unreadable', `A histogram of the document cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}
