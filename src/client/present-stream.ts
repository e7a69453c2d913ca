/** Streams a file and shows what comes back in the form somebody asked for. */
import type { AudioSource } from '../audio/source.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { RtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import type { TranscriptFinal } from '../protocol/server-messages.ts';
import type { ReceivedMessage, StreamSummary } from './metrics.ts';
import { type BeaconLoss, createBeaconCheck } from './beacon-check.ts';
import { noticeText } from './resume/notice.ts';
import { type StreamFileOptions, streamFile } from './stream-file.ts';
import { faultOf, type StreamOutcome } from './streaming.ts';
import { toSrt, toVtt } from './subtitles.ts';
import { jsonLine, showMessage, type TranscriptView } from './transcript-printer.ts';

export type TranscriptFormat = 'text' | 'jsonl' | 'srt' | 'vtt';

/** A view with a place for progress; `close` takes away whatever is not part of the result. */
export interface StreamView extends TranscriptView {
  progress(sentS: number): void;
  close(): void;
}

export interface Presentation {
  readonly format: TranscriptFormat;
  readonly createView: (source: AudioSource) => StreamView;
  /** Writes one line of the result. */
  readonly line: (text: string) => void;
  /** Whether words of beacon audio are looked for in what is sent, and compared with what comes back. */
  readonly checksBeacon?: boolean | undefined;
  /** Word error rate of a transcript, where what was really said is known. */
  readonly score?: ((transcript: string) => number) | undefined;
}

export interface PresentedStream {
  readonly sessionId: string | undefined;
  readonly finals: readonly TranscriptFinal[];
  readonly transcript: string;
  readonly summary: StreamSummary;
  readonly beacon: BeaconLoss | undefined;
  /** Why the session failed, if it did. */
  readonly fault: RtError | undefined;
}

/** Those parts of the options of a stream that its presentation fills in. */
export type StreamHooks = 'onSource' | 'onMessage' | 'onSent' | 'onNotice' | 'onSamples';

/** @throws as streamFile does */
export async function presentStream(
  options: Omit<StreamFileOptions, StreamHooks>,
  presentation: Presentation,
): Promise<PresentedStream> {
  const { format, line } = presentation;
  const finals: TranscriptFinal[] = [];
  const beacon = presentation.checksBeacon === true ? createBeaconCheck() : undefined;
  let sessionId: string | undefined;
  let view: StreamView | undefined;

  const onMessage = (message: ReceivedMessage, sinceOriginMs: number): void => {
    if (message.type === 'session.begin') sessionId = message.session_id;
    if (message.type === 'transcript.final') finals.push(withoutReceipt(message));
    if (format === 'jsonl') line(jsonLine(message, sinceOriginMs));
    else if (view !== undefined) showMessage(view, message);
  };

  let outcome: StreamOutcome;
  try {
    outcome = await streamFile({
      ...options,
      onMessage,
      onSamples: beacon?.hear,
      onNotice: (notice) => view?.note(safeText(noticeText(notice))),
      onSource: (source) => {
        view = presentation.createView(source);
        for (const warning of source.warnings) view.note(`Warning: ${warning}`);
      },
      onSent: (endSample) => view?.progress(endSample / SAMPLE_RATE),
    });
  } finally {
    view?.close();
  }
  const transcript = finals
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ');
  const wer = presentation.score?.(transcript);
  const summary = { ...outcome.metrics.summary(), ...(wer === undefined ? {} : { wer }) };
  if (format === 'jsonl') line(JSON.stringify(summary));
  if (format === 'srt') line(toSrt(finals).trimEnd());
  if (format === 'vtt') line(toVtt(finals).trimEnd());
  const fault = faultOf(outcome);
  return { sessionId, finals, transcript, summary, beacon: beacon?.judge(transcript), fault };
}

function withoutReceipt({ receivedMs: _, ...final }: ReceivedMessage & TranscriptFinal): TranscriptFinal {
  return final;
}
