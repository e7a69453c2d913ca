/**
 * Streams a source, shows what comes back in the form somebody asked for, and keeps it where that was asked for.
 *
 * Always true: a session that has begun has a result, whatever ends it: its text, its figures and its files are there
 * beside the fault. Only what ends it before is thrown.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { AudioSource } from '../audio/source.ts';
import { RtError, toRtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import type { TranscriptFinal } from '../protocol/server-messages.ts';
import { type BeaconLoss, createBeaconCheck } from './beacon-check.ts';
import { percentile, type ReceivedMessage, type StreamMetrics, type StreamSummary } from './metrics.ts';
import { createStreamSaver, type SavedStream, type StreamSaver } from './recording/save-stream.ts';
import { noticeText, type ResumeNotice } from './resume/notice.ts';
import { type StreamSourceOptions, streamSource } from './stream-source.ts';
import { faultOf } from './streaming.ts';
import { toSrt, toVtt } from './subtitles.ts';
import { jsonLine, showMessage, type TranscriptView } from './transcript-printer.ts';

export type TranscriptFormat = 'text' | 'jsonl' | 'srt' | 'vtt';

/** What changes while a stream runs. */
export interface StreamFigures {
  /** Audio that was sent, and what of it the engine has consumed. */
  readonly sentS: number;
  readonly decodedS: number;
  /** The gateway it runs through now. */
  readonly gateway: string;
  readonly finalP95Ms: number;
}

/** A view with a place for figures; `close` takes away whatever is not part of the result. */
export interface StreamView extends TranscriptView {
  update(figures: Partial<StreamFigures>): void;
  close(): void;
}

export interface Presentation {
  readonly format: TranscriptFormat;
  readonly createView: (source: AudioSource) => StreamView;
  /** Writes one line of the result. */
  readonly line: (text: string) => void;
  /** Hears what is sent, in front of everybody else. */
  readonly onSamples?: ((samples: Int16Array) => void) | undefined;
  /** Whether words of beacon audio are looked for in what is sent, and compared with what comes back. */
  readonly checksBeacon?: boolean | undefined;
  /** Word error rate of a transcript, where what was really said is known. */
  readonly score?: ((transcript: string) => number) | undefined;
  /** Where the stream is kept, and its document. */
  readonly save?: { readonly folder: string; readonly document: (stream: PresentedStream) => unknown };
}

export interface PresentedStream {
  readonly sessionId: string | undefined;
  readonly finals: readonly TranscriptFinal[];
  readonly transcript: string;
  readonly summary: StreamSummary;
  /** How long each resume took, from the loss of the connection. */
  readonly resumedAfterMs: readonly number[];
  readonly beacon: BeaconLoss | undefined;
  readonly saved: SavedStream | undefined;
  /** Why the session failed, if it did. */
  readonly fault: RtError | undefined;
}

/** Those parts of the options of a stream that its presentation fills in. */
export type StreamHooks = 'onSource' | 'onMessage' | 'onSent' | 'onNotice' | 'onSamples';

/** What is gathered while it runs. */
interface Gathered {
  readonly finals: TranscriptFinal[];
  readonly resumedAfterMs: number[];
  sessionId: string | undefined;
  metrics: StreamMetrics | undefined;
  source: AudioSource | undefined;
  toldWarnings: number;
  view: StreamView | undefined;
}

/** @throws as streamSource does, where no session has begun */
export async function presentStream(
  options: Omit<StreamSourceOptions, StreamHooks>,
  presentation: Presentation,
): Promise<PresentedStream> {
  const saver = presentation.save === undefined ? undefined : createStreamSaver(presentation.save.folder);
  const beacon = presentation.checksBeacon === true ? createBeaconCheck() : undefined;
  const gathered: Gathered = {
    ...{ finals: [], resumedAfterMs: [], sessionId: undefined },
    ...{ metrics: undefined, source: undefined, toldWarnings: 0, view: undefined },
  };
  const parts = { presentation, gathered, saver, beacon };
  const fault = await run(options, parts);
  // What is odd about a file may show at its end.
  tellWarnings(gathered);
  gathered.view?.close();
  const { metrics } = gathered;
  if (metrics === undefined)
    throw fault ?? new RtError('internal_error', 'A stream ended without an outcome');
  return resultOf(parts, metrics, fault);
}

interface Run {
  readonly presentation: Presentation;
  readonly gathered: Gathered;
  readonly saver: StreamSaver | undefined;
  readonly beacon: ReturnType<typeof createBeaconCheck> | undefined;
}

/** Streams it to its end; answers why that was not as it should be. */
async function run(
  options: Omit<StreamSourceOptions, StreamHooks>,
  { presentation, gathered, saver, beacon }: Run,
): Promise<RtError | undefined> {
  try {
    const outcome = await streamSource({
      ...options,
      onSource: (source) => {
        gathered.source = source;
        gathered.view = presentation.createView(source);
        gathered.view.update({ gateway: options.gateway });
        tellWarnings(gathered);
      },
      onMessage: (message, sinceOriginMs, metrics) => {
        gathered.metrics = metrics;
        if (message.type === 'session.begin') saver?.begin(message.session_id);
        receive(message, { gathered, metrics });
        if (presentation.format === 'jsonl') presentation.line(jsonLine(message, sinceOriginMs));
        else if (gathered.view !== undefined) showMessage(gathered.view, message);
      },
      onSamples: (samples) => {
        presentation.onSamples?.(samples);
        beacon?.hear(samples);
        saver?.hear(samples);
      },
      onSent: (endSample) => gathered.view?.update({ sentS: endSample / SAMPLE_RATE }),
      onNotice: (notice) => tellNotice(gathered, notice),
    });
    gathered.metrics = outcome.metrics;
    return faultOf(outcome);
  } catch (error) {
    gathered.metrics?.cut();
    return toRtError(error);
  }
}

function tellWarnings(gathered: Gathered): void {
  const { source, view, toldWarnings } = gathered;
  for (const warning of source?.warnings.slice(toldWarnings) ?? [])
    view?.note(`Warning: ${safeText(warning)}`);
  gathered.toldWarnings = source?.warnings.length ?? 0;
}

function tellNotice({ resumedAfterMs, view }: Gathered, notice: ResumeNotice): void {
  view?.note(safeText(noticeText(notice)));
  if (notice.type !== 'resumed') return;
  resumedAfterMs.push(notice.afterMs);
  view?.update({ gateway: notice.gateway });
}

function receive(
  message: ReceivedMessage,
  { gathered, metrics }: { readonly gathered: Gathered; readonly metrics: StreamMetrics },
): void {
  if (message.type === 'session.begin') gathered.sessionId ??= message.session_id;
  if (message.type === 'ack') gathered.view?.update({ decodedS: message.decoded / SAMPLE_RATE });
  if (message.type !== 'transcript.final') return;
  const { receivedMs: _, ...final } = message;
  gathered.finals.push(final);
  const finalP95Ms = percentile(metrics.finalLagsMs, 0.95);
  if (finalP95Ms !== null) gathered.view?.update({ finalP95Ms });
}

function resultOf(
  { presentation, gathered, saver, beacon }: Run,
  metrics: StreamMetrics,
  fault: RtError | undefined,
): PresentedStream {
  const { format, line } = presentation;
  const { finals, sessionId, resumedAfterMs, source, view } = gathered;
  const transcript = finals
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ');
  const wer = presentation.score?.(transcript);
  const summary = { ...metrics.summary(), ...(wer === undefined ? {} : { wer }) };
  if (format === 'jsonl') line(JSON.stringify(summary));
  if (format === 'srt') line(toSrt(finals).trimEnd());
  if (format === 'vtt') line(toVtt(finals).trimEnd());
  if (transcript === '' && source?.assumption !== undefined && summary.audio_s > ASSUMED_WITHOUT_WORDS_S) {
    view?.note(
      `No words. The samples were taken for ${source.assumption}; say it with --sample-rate, --channels and --encoding where they are not.`,
    );
  }
  const loss = beacon?.judge(transcript);
  const stream = { sessionId, finals, transcript, summary, resumedAfterMs, beacon: loss, fault };
  const saved = saver?.finish(finals, presentation.save?.document({ ...stream, saved: undefined }));
  return { ...stream, saved };
}

/** Raw audio of this length in which nothing was said may well be something else than it was taken for. */
const ASSUMED_WITHOUT_WORDS_S = 2;
