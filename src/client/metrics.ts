/**
 * What one streamed session was like, from when each chunk of audio was due and when each message came.
 *
 * resp_lag: receipt − due time of the client message that carried the last sample a result needed (`audio_end`),
 * over partials and finals whose text changed. final_lag: the same over finals alone, whose `audio_end` is where the
 * endpointer decided. Only this machine's monotonic clock is read, and due times come from the schedule, so a
 * client that sends late does not make the server look fast.
 */
import { nearestRank } from '../base/quantile-window.ts';
import { fromWireSeconds } from '../protocol/time.ts';
import type { ServerMessage, SessionBegin, SessionEnd } from '../protocol/server-messages.ts';
import { createSequence } from './sequence.ts';

export type ReceivedMessage = ServerMessage & { readonly receivedMs: number };

/** One message of audio: the position after its last sample, and when it was due on `receivedMs`'s clock. */
export interface SentChunk {
  readonly endSample: number;
  readonly dueMs: number;
}

/** Last line of a stream in JSON; null where nothing was there to measure. */
export interface StreamSummary {
  readonly type: 'summary';
  readonly audio_s: number;
  readonly finals: number;
  readonly first_partial_ms: number | null;
  readonly resp_lag_p50_ms: number | null;
  readonly resp_lag_p95_ms: number | null;
  readonly final_lag_p50_ms: number | null;
  readonly final_lag_p95_ms: number | null;
  readonly wer?: number;
  readonly samples_sent: number;
  readonly samples_accounted: number;
  readonly seq_holes: number;
  readonly resumes: number;
  /** Seconds into the audio at which a resume went on without all that was before it; one for each such resume. */
  readonly incomplete_at_s: readonly number[];
  readonly complete: boolean;
}

export interface StreamMetrics {
  /** Says when the first sample is due; first of all calls. */
  begin(originMs: number): void;
  sent(chunk: SentChunk): void;
  received(message: ReceivedMessage): void;
  /** Says that the source of the audio failed: what was sent is not all there was. */
  cut(): void;
  /** Milliseconds, in order of arrival. */
  readonly respLagsMs: readonly number[];
  readonly finalLagsMs: readonly number[];
  summary(): StreamSummary;
}

/** The value below which `share` of `values` lie, by nearest rank; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  return (
    nearestRank(
      values.toSorted((a, b) => a - b),
      share,
    ) ?? null
  );
}

function round(valueMs: number | null): number | null {
  return valueMs === null ? null : Math.round(valueMs * 10) / 10;
}

/** Index of the first chunk that ends at or after `sample`; the last one when none does. */
function chunkOf(chunks: readonly SentChunk[], sample: number): SentChunk | undefined {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.endSample ?? 0) >= sample) high = middle;
    else low = middle + 1;
  }
  return chunks[low];
}

type LagFigures = Pick<
  StreamSummary,
  'resp_lag_p50_ms' | 'resp_lag_p95_ms' | 'final_lag_p50_ms' | 'final_lag_p95_ms'
>;

function lagFigures(respLagsMs: readonly number[], finalLagsMs: readonly number[]): LagFigures {
  return {
    resp_lag_p50_ms: round(percentile(respLagsMs, 0.5)),
    resp_lag_p95_ms: round(percentile(respLagsMs, 0.95)),
    final_lag_p50_ms: round(percentile(finalLagsMs, 0.5)),
    final_lag_p95_ms: round(percentile(finalLagsMs, 0.95)),
  };
}

/**
 * An empty record of a session about to begin.
 * @param seqHoles numbers of events that have not come, where somebody has counted those that are not told too
 */
export function createStreamMetrics(sampleRate: number, seqHoles?: () => number | undefined): StreamMetrics {
  const chunks: SentChunk[] = [];
  const respLagsMs: number[] = [];
  const finalLagsMs: number[] = [];
  const sequence = createSequence();
  let count: ResumeCount = { resumes: 0, incompleteAtS: [] };
  let originMs = 0;
  let shownText = '';
  let firstPartialMs: number | null = null;
  let finals = 0;
  let end: SessionEnd | undefined;
  let isFailed = false;

  const lagOf = (audioEnd: number, receivedMs: number): number | undefined => {
    const chunk = chunkOf(chunks, fromWireSeconds(audioEnd, sampleRate));
    return chunk === undefined ? undefined : receivedMs - chunk.dueMs;
  };

  const receivedText = (message: ReceivedText): void => {
    const isFinal = message.type === 'transcript.final';
    const lagMs = lagOf(message.audio_end, message.receivedMs);
    if (lagMs !== undefined && message.text !== shownText) respLagsMs.push(lagMs);
    if (lagMs !== undefined && isFinal) finalLagsMs.push(lagMs);
    if (isFinal) finals += 1;
    else if (message.text !== '') firstPartialMs ??= message.receivedMs - originMs;
    shownText = isFinal ? '' : message.text;
  };

  return {
    respLagsMs,
    finalLagsMs,
    begin: (ms) => {
      originMs = ms;
    },
    sent: (chunk) => void chunks.push(chunk),
    received: (message) => {
      if ('seq' in message) sequence.accept(message.seq);
      if (message.type === 'session.begin') count = countResume(count, message, sampleRate);
      else if (message.type === 'session.end') end = message;
      else if (message.type === 'error' && !message.recoverable) isFailed = true;
      else if (isText(message)) receivedText(message);
    },
    cut: () => void (isFailed = true),
    summary: () => {
      const sentSamples = chunks.at(-1)?.endSample ?? 0;
      const holes = seqHoles?.() ?? sequence.holes;
      const { accounted, isAccounted } = account(end, sentSamples, sampleRate);
      return {
        type: 'summary',
        audio_s: Math.round((sentSamples / sampleRate) * 1000) / 1000,
        finals,
        first_partial_ms: round(firstPartialMs),
        ...lagFigures(respLagsMs, finalLagsMs),
        samples_sent: sentSamples,
        samples_accounted: accounted,
        seq_holes: holes,
        resumes: count.resumes,
        incomplete_at_s: count.incompleteAtS,
        complete: isAccounted && !isFailed && holes === 0 && count.incompleteAtS.length === 0,
      };
    },
  };
}

type ReceivedText = Extract<ReceivedMessage, { readonly type: 'transcript.partial' | 'transcript.final' }>;

function isText(message: ReceivedMessage): message is ReceivedText {
  return message.type === 'transcript.partial' || message.type === 'transcript.final';
}

/** What the gateway says it has taken of what was sent. */
function account(
  end: SessionEnd | undefined,
  sentSamples: number,
  sampleRate: number,
): { readonly accounted: number; readonly isAccounted: boolean } {
  const accounted = end === undefined ? 0 : fromWireSeconds(end.total_duration, sampleRate);
  // A millisecond of tolerance: total_duration is written in seconds.
  const isAccounted = end !== undefined && Math.abs(accounted - sentSamples) <= sampleRate / 1000;
  return { accounted, isAccounted };
}

/** What resumes have said of what was before them. */
interface ResumeCount {
  readonly resumes: number;
  readonly incompleteAtS: readonly number[];
}

function countResume(count: ResumeCount, { resumed }: SessionBegin, sampleRate: number): ResumeCount {
  if (resumed === undefined) return count;
  const atS = Math.round((resumed.send_from_sample / sampleRate) * 1000) / 1000;
  return {
    resumes: count.resumes + 1,
    incompleteAtS: resumed.complete ? count.incompleteAtS : [...count.incompleteAtS, atS],
  };
}
