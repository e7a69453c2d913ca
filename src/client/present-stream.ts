/** Streams a file and shows what comes back in the form somebody asked for. */
import type { AudioSource } from '../audio/source.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { RtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import type { TranscriptFinal } from '../protocol/server-messages.ts';
import type { ReceivedMessage, StreamSummary } from './metrics.ts';
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
  /** Word error rate of a transcript, where what was really said is known. */
  readonly score?: ((transcript: string) => number) | undefined;
}

export interface PresentedStream {
  readonly sessionId: string | undefined;
  readonly finals: readonly TranscriptFinal[];
  readonly transcript: string;
  readonly summary: StreamSummary;
  /** Why the session failed, if it did. */
  readonly fault: RtError | undefined;
}

/** @throws as streamFile does */
export async function presentStream(
  options: Omit<StreamFileOptions, 'onSource' | 'onMessage' | 'onSent' | 'onNotice'>,
  presentation: Presentation,
): Promise<PresentedStream> {
  const { format, line } = presentation;
  const finals: TranscriptFinal[] = [];
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
  return { sessionId, finals, transcript, summary, fault: faultOf(outcome) };
}

function withoutReceipt({ receivedMs: _, ...final }: ReceivedMessage & TranscriptFinal): TranscriptFinal {
  return final;
}
