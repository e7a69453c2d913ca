/** 16 kHz to the 24 kHz that some servers want, stream by stream. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { loadSpeex, type OpenSpeexFilter } from '../../audio/speex.ts';

export const UPSAMPLED_RATE = 24_000;

export interface Upsampler {
  /** The samples that are settled: they trail the input by 64 samples, 4 ms. */
  push(samples: Int16Array): Int16Array;
  /** Those 4 ms; nothing may be pushed behind them. */
  flush(): Int16Array;
  /** Frees it; idempotent. */
  close(): void;
}

export type OpenUpsampler = () => Upsampler;

/** Compiles the filter, once for all streams. */
export async function loadUpsampler(): Promise<OpenUpsampler> {
  const openFilter: OpenSpeexFilter = await loadSpeex();
  return () => {
    const filter = openFilter({ fromRate: SAMPLE_RATE, toRate: UPSAMPLED_RATE });
    const delaySamples = filter.taps / 2;
    // Two samples in are three out, and half the taps are even: the delay is whole in both.
    let leftOut = (delaySamples * UPSAMPLED_RATE) / SAMPLE_RATE;
    const push = (samples: Int16Array): Int16Array => {
      const output = filter.process(samples);
      const dropped = Math.min(leftOut, output.length);
      leftOut -= dropped;
      return output.subarray(dropped);
    };
    return {
      push,
      flush: () => push(new Int16Array(delaySamples)),
      close: () => filter.close(),
    };
  };
}
