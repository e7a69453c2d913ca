/** What a session said, from its journal. Pure. */
import type { JournalEntry } from '../../bus/ports.ts';
import { parseServerMessage } from '../../protocol/codec.ts';
import type { SessionEnd, TranscriptFinal, WireSegment } from '../../protocol/server-messages.ts';

export interface Transcript {
  readonly text: string;
  readonly segments: readonly WireSegment[];
  /** False when older finals than these are no longer kept. */
  readonly complete: boolean;
}

/** The finals so far; of a session that ended, what its end says, which is whole however long the session was. */
export function readTranscript(entries: readonly JournalEntry[]): Transcript {
  const messages = entries.map(({ json }) => parseServerMessage(json));
  const end = messages.find(
    (message): message is SessionEnd & { seq: number } => message.type === 'session.end',
  );
  if (end !== undefined) return { text: end.transcript, segments: end.segments, complete: true };
  const segments = messages
    .filter((message): message is TranscriptFinal & { seq: number } => message.type === 'transcript.final')
    .map(({ start, end: endS, text }) => ({ start, end: endS, text }));
  return {
    text: segments.map(({ text }) => text).join(' '),
    segments,
    complete: entries[0]?.seq === 1,
  };
}
