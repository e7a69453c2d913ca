/**
 * One speaker and many who read what he says: how much later they have it, and whether they have all of it.
 *
 * Always true: readers are there before the first word, so that whatever is missing was lost; a reader that is slow costs
 * the others nothing, or it is seen in their figures.
 */
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';
import { settlesWithin } from '../../base/within.ts';
import type { Measurement } from '../measurement.ts';
import type { Program } from '../program.ts';
import { createStepRecorder } from '../recorder.ts';
import { histogramFigures } from '../threshold.ts';
import { reasonsForVoid } from '../verdict.ts';
import { openCaptionSpeaker } from './caption-speaker.ts';
import { createFanOutTally, type FanOutTally, type ReaderTally } from './fan-out-tally.ts';
import type { CaptionReader, CaptionStore, OutputBuffers } from './ports.ts';

const LOOK_AT_BUFFERS_EVERY_MS = 500;
const LOOK_AT_READERS_EVERY_MS = 20;
/** Number of session.begin, which nobody can read: only it tells the name of the channel. */
const FIRST_SEQ = 1;

export interface CaptionsOptions {
  /** Of the gateway, with path and query. */
  readonly url: string;
  readonly store: CaptionStore;
  /** What stands before a session's id in the name of its channel. */
  readonly channelPrefix: string;
  readonly readers: number;
  /** How many of them are slow. */
  readonly slow: number;
  readonly durationMs: number;
  readonly program: Program;
  readonly seed: number;
  readonly frameMs: number;
  readonly drainMs: number;
  readonly voidLatenessMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const COUNTS = [
  ...['readers', 'slow', 'events', 'partials', 'lost', 'doubled', 'lost_partials', 'ahead'],
  ...['reader_disconnects', 'buffer_total_bytes', 'buffer_largest_bytes'],
];

export const CAPTIONS_METRICS: readonly string[] = [
  ...histogramFigures(['fanout', 'fanout_slow', 'lateness']),
  ...COUNTS,
];

/** @throws RtError gateway_unreachable, registry_unavailable, what the gateway refuses with; the signal's reason */
export async function runCaptions(options: CaptionsOptions): Promise<Measurement> {
  const { clock, signal, voidLatenessMs } = options;
  const startedAt = clock.date();
  const recorder = createStepRecorder({ measureFromMs: 0, measureUntilMs: Number.POSITIVE_INFINITY });
  let tally: FanOutTally | undefined;
  const speaker = openCaptionSpeaker({
    ...options,
    onText: (json, atMs) => tally?.spoke(json, atMs),
    onSent: (latenessMs) => recorder.lag('lateness', 0, latenessMs),
  });
  const readers: CaptionReader[] = [];
  const over = new AbortController();
  try {
    const session = await speaker.begun;
    tally = createFanOutTally(FIRST_SEQ);
    const channel = options.channelPrefix + session.id;
    const tallies = await openReaders(options, { tally, channel, readers });
    const buffers = watchBuffers(options, AbortSignal.any([signal, over.signal]));
    await speaker.speak(options.durationMs);
    await settlesWithin(clock, options.drainMs, speaker.over);
    await untilAllHeard(options, { tally, tallies });
    over.abort();
    return {
      kind: 'captions',
      startedAt,
      model: session.model,
      whyVoid: reasonsForVoid({ recorder }, voidLatenessMs),
      figures: figuresOf(options, { tally, readers, most: await buffers }),
      metrics: {
        fanout: tally.histograms.fanout.figures(),
        fanout_slow: tally.histograms.fanout_slow.figures(),
        lateness: recorder.histograms.lateness.figures(),
      },
      details: { session_id: session.id, channel },
    };
  } finally {
    over.abort();
    speaker.close();
    for (const reader of readers) reader.close();
  }
}

async function openReaders(
  { store, clock, readers: count, slow }: CaptionsOptions,
  parts: { readonly tally: FanOutTally; readonly channel: string; readonly readers: CaptionReader[] },
): Promise<readonly ReaderTally[]> {
  const { tally, channel, readers } = parts;
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const isSlow = index < slow;
      const heard = tally.addReader(isSlow);
      const onMessage = (json: string): void => heard.heard(json, clock.nowMs());
      readers.push(await store.openReader({ channel, isSlow, onMessage }));
      return heard;
    }),
  );
}

/** The most that was held back at any look. Resolves when `signal` is aborted. */
async function watchBuffers({ store, clock }: CaptionsOptions, signal: AbortSignal): Promise<OutputBuffers> {
  let most: OutputBuffers = { clients: 0, totalBytes: 0, largestBytes: 0 };
  const look = async (): Promise<void> => {
    const now = await store.outputBuffers().catch(() => undefined);
    if (now === undefined) return;
    most = {
      clients: Math.max(most.clients, now.clients),
      totalBytes: Math.max(most.totalBytes, now.totalBytes),
      largestBytes: Math.max(most.largestBytes, now.largestBytes),
    };
  };
  await look();
  await repeat(clock, { everyMs: LOOK_AT_BUFFERS_EVERY_MS, run: look, signal });
  return most;
}

/** Slow ones too: they have their time, as long as the drain may take. */
async function untilAllHeard(
  { clock, drainMs, signal }: CaptionsOptions,
  { tally, tallies }: { readonly tally: FanOutTally; readonly tallies: readonly ReaderTally[] },
): Promise<void> {
  const untilMs = clock.nowMs() + drainMs;
  while (clock.nowMs() < untilMs && tallies.some(({ lastSeq }) => lastSeq < tally.lastSeq)) {
    await clock.sleep(LOOK_AT_READERS_EVERY_MS, signal);
  }
}

function figuresOf(
  options: CaptionsOptions,
  seen: {
    readonly tally: FanOutTally;
    readonly readers: readonly CaptionReader[];
    readonly most: OutputBuffers;
  },
): Measurement['figures'] {
  const { events, partials, lost, doubled, lostPartials, ahead } = seen.tally.counts();
  return {
    ...{ readers: options.readers, slow: options.slow, events, partials, lost, doubled },
    ...{ lost_partials: lostPartials, ahead },
    reader_disconnects: seen.readers.reduce((sum, { disconnects }) => sum + disconnects, 0),
    buffer_total_bytes: seen.most.totalBytes,
    buffer_largest_bytes: seen.most.largestBytes,
  };
}
