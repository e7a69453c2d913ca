/**
 * The Speex resampler, compiled to WebAssembly: one native filter per stream of 16-bit mono samples.
 *
 * The npm package's own class never frees its native state, and where a call's share of output samples
 * is not whole it silently drops input. So this file drives the package's WebAssembly module itself.
 */
import { createRequire } from 'node:module';
import { RtError } from '../base/errors.ts';

export interface SpeexFilter {
  /** All output that `input` completes; concatenated outputs do not depend on how input was split. */
  process(input: Int16Array): Int16Array;
  /** Taps of the filter in input samples; it delays by half of them. */
  readonly taps: number;
  /** Frees the native state; idempotent. */
  close(): void;
}

export interface SpeexRates {
  readonly fromRate: number;
  readonly toRate: number;
}

export type OpenSpeexFilter = (rates: SpeexRates) => SpeexFilter;

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

/** Heap areas all filters share: a call is synchronous and leaves nothing behind in them. */
interface Scratch {
  readonly input: number;
  readonly output: number;
  readonly lengths: number;
}

/** Speex's own scale of 0 to 10: 7 rejects aliases below the 16-bit floor. */
const QUALITY = 7;
/** Taps of the filter at that quality when the rate is not lowered. */
const BASE_TAPS = 128;
const BLOCK_SAMPLES = 4096;

/** Compiles the module and returns what opens filters on it. */
export async function loadSpeex(): Promise<OpenSpeexFilter> {
  // Loaded on first use, so that commands without audio do not pay for it; by `require`, because
  // what an `import` of this CommonJS file is called differs between Node and bundlers.
  const { default: startModule } = createRequire(import.meta.url)('speex-resampler/app/speex_wasm.js') as {
    default: (options: object) => Promise<SpeexModule>;
  };
  const module = await withoutProcessHandlers(() => startModule({}));
  const scratch: Scratch = {
    input: module._malloc(BLOCK_SAMPLES * 2),
    output: module._malloc(BLOCK_SAMPLES * 2),
    lengths: module._malloc(8),
  };
  return (rates) => openFilter({ module, scratch, rates });
}

/**
 * Runs Emscripten's start-up code without the process-wide handlers it installs: they would turn every
 * uncaught error of the program into an abort message of the resampler.
 */
function withoutProcessHandlers<T>(start: () => T): T {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = new Set<unknown>(events.flatMap((event) => process.rawListeners(event)));
  const started = start();
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return started;
}

interface FilterParts {
  readonly module: SpeexModule;
  readonly scratch: Scratch;
  readonly rates: SpeexRates;
}

function openFilter({ module, scratch, rates }: FilterParts): SpeexFilter {
  const { fromRate, toRate } = rates;
  const state = module._speex_resampler_init(1, fromRate, toRate, QUALITY, scratch.lengths);
  if (state === 0) throw new RtError('resource_exhausted', 'no memory for another resampler');
  let open = true;
  return {
    taps: tapsOf(rates),
    process(input) {
      if (!open) throw new RtError('internal_error', 'a closed resampler was given audio');
      const output = new Int16Array(Math.ceil((input.length * toRate) / fromRate) + 1);
      let writtenSamples = 0;
      for (let at = 0; at < input.length; ) {
        const step = runOnce(module, scratch, { state, block: input.subarray(at, at + BLOCK_SAMPLES) });
        output.set(step.output, writtenSamples);
        writtenSamples += step.output.length;
        at += step.consumedSamples;
      }
      return output.subarray(0, writtenSamples);
    },
    close() {
      if (open) module._speex_resampler_destroy(state);
      open = false;
    },
  };
}

/** One native call: it stops where the input ends or the output area is full, whichever is first. */
function runOnce(
  module: SpeexModule,
  { input, output, lengths }: Scratch,
  { state, block }: { readonly state: number; readonly block: Int16Array },
): { consumedSamples: number; output: Int16Array } {
  // Heap views are read anew on each call: growing memory replaces them.
  module.HEAP16.set(block, input >> 1);
  module.HEAP32.set([block.length, BLOCK_SAMPLES], lengths >> 2);
  const status = module._speex_resampler_process_interleaved_int(state, input, lengths, output, lengths + 4);
  if (status !== 0) throw new RtError('internal_error', `the resampler failed with status ${status}`);
  const consumedSamples = module.HEAP32[lengths >> 2] ?? 0;
  const writtenSamples = module.HEAP32[(lengths >> 2) + 1] ?? 0;
  return { consumedSamples, output: module.HEAP16.subarray(output >> 1, (output >> 1) + writtenSamples) };
}

/** As Speex computes it (resample.c, update_filter): stretched when the rate is lowered, a multiple of 8. */
function tapsOf({ fromRate, toRate }: SpeexRates): number {
  if (fromRate <= toRate) return BASE_TAPS;
  const taps = Math.floor((BASE_TAPS * fromRate) / toRate);
  return ((taps - 1) & ~7) + 8;
}
