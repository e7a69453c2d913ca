/**
 * Streaming conversion of 16-bit mono audio to 16 kHz.
 *
 * Always true: the output does not depend on how the input was split; sample `i` of the output
 * stands at input position `i * fromRate / 16000` (the filter's delay is removed); after `flush` the
 * output holds round(input * 16000 / fromRate) samples. Refuses audio once flushed or closed.
 */
import { RtError } from '../base/errors.ts';
import { SAMPLE_RATE } from './frame.ts';
import { loadSpeex, type OpenSpeexFilter, type SpeexFilter } from './speex.ts';

export interface Resampler {
  /** The samples at 16 kHz that are now settled; they trail the input by 4 to 8 ms. */
  push(samples: Int16Array): Int16Array;
  /** The remaining samples; frees the resampler. */
  flush(): Int16Array;
  /** Frees the resampler without flushing; idempotent. One that is neither leaks a few kilobytes. */
  close(): void;
}

const MIN_RATE = 4000;
const MAX_RATE = 192_000;

let loading: Promise<OpenSpeexFilter> | undefined;
let openFilter: OpenSpeexFilter | undefined;

/** Compiles the resampler, once per process; to be awaited before `createResampler`. */
export async function loadResampler(): Promise<void> {
  loading ??= loadSpeex();
  openFilter = await loading;
}

/** Opens a resampler from `fromRate` (4 000 to 192 000 Hz); throws `invalid_audio` outside of that. */
export function createResampler(options: { readonly fromRate: number }): Resampler {
  const { fromRate } = options;
  if (!Number.isInteger(fromRate) || fromRate < MIN_RATE || fromRate > MAX_RATE) {
    throw new RtError('invalid_audio', `cannot resample from ${fromRate} Hz`, {
      hint: `use a sample rate from ${MIN_RATE} to ${MAX_RATE} Hz`,
    });
  }
  if (fromRate === SAMPLE_RATE) return passThrough;
  if (!openFilter) throw new RtError('internal_error', 'loadResampler was not awaited');
  return createFilteringResampler(openFilter({ fromRate, toRate: SAMPLE_RATE }), fromRate);
}

const passThrough: Resampler = {
  push: (samples) => samples,
  flush: () => new Int16Array(0),
  close() {},
};

function createFilteringResampler(filter: SpeexFilter, fromRate: number): Resampler {
  const { leadSamples, skipSamples } = alignment(filter.taps, fromRate);
  let receivedSamples = 0;
  /** Output so far; negative while the filter's delay is being dropped. */
  let emittedSamples = -skipSamples;

  const convert = (input: Int16Array): Int16Array => {
    const output = filter.process(input);
    const dropped = Math.min(output.length, Math.max(0, -emittedSamples));
    emittedSamples += output.length;
    return dropped === 0 ? output : output.subarray(dropped);
  };

  convert(new Int16Array(leadSamples));
  return {
    push(samples) {
      receivedSamples += samples.length;
      return convert(samples);
    },
    flush() {
      const owedSamples =
        Math.round((receivedSamples * SAMPLE_RATE) / fromRate) - Math.max(0, emittedSamples);
      // Silence behind the last sample pushes the filter's tail out.
      const silence = new Int16Array(filter.taps + Math.ceil(fromRate / SAMPLE_RATE));
      const tail = convert(silence).subarray(0, owedSamples);
      filter.close();
      return tail;
    },
    close: () => filter.close(),
  };
}

/**
 * The filter delays by half its taps, which is seldom a whole number of output samples. Leading zeros
 * make it one, so that dropping `skipSamples` of output removes the delay exactly.
 */
function alignment(taps: number, fromRate: number): { leadSamples: number; skipSamples: number } {
  const periodSamples = fromRate / greatestCommonDivisor(fromRate, SAMPLE_RATE);
  const delaySamples = taps / 2;
  const leadSamples = (periodSamples - (delaySamples % periodSamples)) % periodSamples;
  return { leadSamples, skipSamples: ((delaySamples + leadSamples) * SAMPLE_RATE) / fromRate };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
