/**
 * Streaming conversion of 16-bit mono audio to 16 kHz, by the Speex resampler compiled to WebAssembly.
 *
 * Always true: the output does not depend on how the input was split; sample `i` of the output
 * stands at input position `i * fromRate / 16000` (the filter's delay is removed); after `flush` the
 * output holds round(input * 16000 / fromRate) samples.
 *
 * The package's own class never frees its native state, and where a call's share of output samples
 * is not whole it silently drops input. So this file drives the package's WebAssembly module itself.
 */
import { createRequire } from 'node:module';
import { RtError } from '../base/errors.ts';
import { SAMPLE_RATE } from './frame.ts';

export interface Resampler {
  /** The samples at 16 kHz that are now settled, about 4 ms behind the input. */
  push(samples: Int16Array): Int16Array;
  /** The remaining samples; frees the resampler, which takes no more input. */
  flush(): Int16Array;
  /** Frees the resampler without flushing; idempotent. */
  close(): void;
}

/** The exports of the package's Emscripten module that are used here; pointers are heap offsets. */
interface SpeexModule {
  readonly HEAP16: Int16Array;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _speex_resampler_init(
    channels: number,
    fromRate: number,
    toRate: number,
    quality: number,
    errorPointer: number,
  ): number;
  _speex_resampler_destroy(state: number): void;
  _speex_resampler_process_interleaved_int(
    state: number,
    input: number,
    inputLength: number,
    output: number,
    outputLength: number,
  ): number;
}

/** Speex's own scale of 0 to 10: 7 rejects aliases below the 16-bit floor. */
const QUALITY = 7;
/** Filter taps Speex uses at quality 7 when it does not have to lower the rate. */
const BASE_TAPS = 128;
const BLOCK_SAMPLES = 4096;
const MIN_RATE = 4000;
const MAX_RATE = 192_000;

let loaded: Promise<void> | undefined;
let speex: SpeexModule | undefined;
let scratch: { readonly input: number; readonly output: number; readonly lengths: number } | undefined;

/** Compiles the resampler once per process; await it before `createResampler`. */
export function loadResampler(): Promise<void> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<void> {
  // Loaded on first use, so that commands without audio do not pay for it; by `require`, because
  // what an `import` of this CommonJS file is called differs between Node and bundlers.
  const { default: startModule } = createRequire(import.meta.url)('speex-resampler/app/speex_wasm.js') as {
    default: (options: object) => Promise<SpeexModule>;
  };
  // Emscripten's start-up code installs process-wide handlers that turn every uncaught error of the
  // program into its own abort message. Ours must stay the only ones.
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.rawListeners(event)));
  const starting = startModule({});
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[i]!.has(listener)) process.removeListener(event, listener as () => void);
    }
  });
  const module = await starting;
  // One scratch area serves all resamplers: a call is synchronous and leaves nothing behind in it.
  scratch = {
    input: module._malloc(BLOCK_SAMPLES * 2),
    output: module._malloc(outputRoom(MIN_RATE) * 2),
    lengths: module._malloc(8),
  };
  speex = module;
}

/** Opens a resampler from `fromRate` (4 000 to 192 000 Hz); throws `invalid_audio` outside of that. */
export function createResampler(options: { readonly fromRate: number }): Resampler {
  const { fromRate } = options;
  if (!Number.isInteger(fromRate) || fromRate < MIN_RATE || fromRate > MAX_RATE) {
    throw new RtError('invalid_audio', `cannot resample from ${fromRate} Hz`, {
      hint: `use a sample rate from ${MIN_RATE} to ${MAX_RATE} Hz`,
    });
  }
  return fromRate === SAMPLE_RATE ? passThrough : createSpeexResampler(fromRate);
}

const passThrough: Resampler = {
  push: (samples) => samples,
  flush: () => new Int16Array(0),
  close() {},
};

function createSpeexResampler(fromRate: number): Resampler {
  const state = openState(fromRate);
  const { leadSamples, skipSamples } = alignment(fromRate);
  let receivedSamples = 0;
  let emittedSamples = -skipSamples;
  let open = true;

  const convert = (input: Int16Array): Int16Array => {
    if (!open) throw new RtError('internal_error', 'a flushed resampler was given audio');
    const output = processAll(state, input, fromRate);
    const skipped = Math.min(output.length, Math.max(0, -emittedSamples));
    emittedSamples += output.length;
    return skipped === 0 ? output : output.subarray(skipped);
  };
  const close = (): void => {
    if (open) speex!._speex_resampler_destroy(state);
    open = false;
  };

  convert(new Int16Array(leadSamples));
  return {
    push(samples) {
      receivedSamples += samples.length;
      return convert(samples);
    },
    flush() {
      const owed = Math.round((receivedSamples * SAMPLE_RATE) / fromRate) - Math.max(0, emittedSamples);
      // Silence behind the last sample pushes the filter's tail out.
      const silence = new Int16Array(tapsAt(fromRate) + Math.ceil(fromRate / SAMPLE_RATE));
      const tail = convert(silence).subarray(0, owed);
      close();
      return tail;
    },
    close,
  };
}

/**
 * Speex delays by half its filter, which is seldom a whole number of output samples. Leading zeros
 * make it one, so that dropping `skipSamples` outputs removes the delay exactly.
 */
function alignment(fromRate: number): { leadSamples: number; skipSamples: number } {
  const period = fromRate / greatestCommonDivisor(fromRate, SAMPLE_RATE);
  const delay = tapsAt(fromRate) / 2;
  const leadSamples = (period - (delay % period)) % period;
  return { leadSamples, skipSamples: ((delay + leadSamples) * SAMPLE_RATE) / fromRate };
}

/** Taps of the filter Speex builds: stretched by the rate when it lowers it, a multiple of 8. */
function tapsAt(fromRate: number): number {
  if (fromRate <= SAMPLE_RATE) return BASE_TAPS;
  const taps = Math.floor((BASE_TAPS * fromRate) / SAMPLE_RATE);
  return ((taps - 1) & ~7) + 8;
}

function openState(fromRate: number): number {
  if (!speex || !scratch) throw new RtError('internal_error', 'loadResampler was not awaited');
  const state = speex._speex_resampler_init(1, fromRate, SAMPLE_RATE, QUALITY, scratch.lengths);
  if (state === 0) throw new RtError('resource_exhausted', 'no memory for another resampler');
  return state;
}

function processAll(state: number, input: Int16Array, fromRate: number): Int16Array {
  const output = new Int16Array(Math.ceil((input.length * SAMPLE_RATE) / fromRate) + 1);
  let written = 0;
  for (let at = 0; at < input.length; ) {
    const step = processBlock(state, input.subarray(at, at + BLOCK_SAMPLES));
    output.set(step.output, written);
    written += step.output.length;
    at += step.consumedSamples;
  }
  return output.subarray(0, written);
}

function processBlock(state: number, block: Int16Array): { consumedSamples: number; output: Int16Array } {
  const { input, output, lengths } = scratch!;
  const module = speex!;
  // Heap views are read anew on each call: growing memory replaces them.
  module.HEAP16.set(block, input >> 1);
  module.HEAP32[lengths >> 2] = block.length;
  module.HEAP32[(lengths >> 2) + 1] = outputRoom(MIN_RATE);
  const status = module._speex_resampler_process_interleaved_int(state, input, lengths, output, lengths + 4);
  if (status !== 0) throw new RtError('internal_error', `the resampler failed with status ${status}`);
  const written = module.HEAP32[(lengths >> 2) + 1]!;
  return {
    consumedSamples: module.HEAP32[lengths >> 2]!,
    output: module.HEAP16.subarray(output >> 1, (output >> 1) + written),
  };
}

/** Most samples a block can become. */
function outputRoom(fromRate: number): number {
  return Math.ceil((BLOCK_SAMPLES * SAMPLE_RATE) / fromRate) + 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
