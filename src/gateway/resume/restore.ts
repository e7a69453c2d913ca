/**
 * What a session was, read from its journal and its record by a gateway that knows nothing of it, and how it goes
 * on (docs/sessions.md, RSM-n). Pure.
 */
import type { JournalEntry } from '../../bus/ports.ts';
import type { SessionBegin, WireSegment } from '../../protocol/server-messages.ts';
import { type WorkerMessage } from '../../protocol/worker-messages.ts';
import { mayBeRepeated } from '../replay/told.ts';
import { firstRestartPoint, nextSharedFrame, resumeFrame, sampleOfFrame } from './resume-point.ts';

/** What the client says it has. */
export interface ResumeClaim {
  /** The first frame it can still send. */
  readonly fromFrame: number;
  readonly haveSeq: number;
  readonly sampleRate: number;
}

export interface Restored {
  /** The last number given to an event. */
  readonly lastSeq: number;
  readonly segments: readonly WireSegment[];
  /** What the client was told of speech; the next worker may say it again. */
  readonly told: readonly WorkerMessage[];
  /** Where decoding starts. */
  readonly finalisedSample: number;
  readonly sendFromFrame: number;
  /** Nothing is missing, neither events nor audio. */
  readonly isComplete: boolean;
  /** Events the client does not have, as they were sent. */
  readonly replay: readonly string[];
  /** What the session said when it began; undefined when that is not in the journal any more. */
  readonly begin: SessionBegin | undefined;
  /** The session has said its last word: there is nothing to go on with. */
  readonly hasEnded: boolean;
}

type Event = { readonly type?: unknown; readonly recoverable?: unknown } & Readonly<Record<string, unknown>>;

/** @param committedSample as the record has it; the journal may know better */
export function restoreSession(
  entries: readonly JournalEntry[],
  committedSample: number,
  claim: ResumeClaim,
): Restored {
  const events = entries.map(({ json }) => JSON.parse(json) as Event);
  const safeSample = entries.reduce(
    (most, entry) => Math.max(most, entry.commitSample ?? 0),
    committedSample,
  );
  const wanted = resumeFrame(safeSample, claim.sampleRate);
  const first = nextSharedFrame(claim.fromFrame, claim.sampleRate);
  const hasAudio = first <= wanted;
  const sendFromFrame = hasAudio ? wanted : first;
  const missing = entries.filter(({ seq }) => seq > claim.haveSeq);
  const lastSeq = entries.at(-1)?.seq ?? 0;
  // A client may have heard more than was journaled: that is heard again, and the client knows it by its place.
  const hasEvents = claim.haveSeq >= lastSeq || claim.haveSeq + missing.length === lastSeq;
  return {
    lastSeq: entries.at(-1)?.seq ?? claim.haveSeq,
    segments: events.flatMap(segmentOf),
    told: events.filter(mayBeRepeated),
    finalisedSample: hasAudio
      ? safeSample
      : firstRestartPoint(sampleOfFrame(first, claim.sampleRate), claim.sampleRate),
    sendFromFrame,
    isComplete: hasAudio && hasEvents,
    replay: missing.map(({ json }) => json),
    begin: events.find((event): event is SessionBegin & Event => event.type === 'session.begin'),
    hasEnded: events.some(isLastWord),
  };
}

function segmentOf(event: Event): WireSegment[] {
  const { type, start, end, text } = event;
  return type === 'transcript.final' ? [{ start, end, text } as WireSegment] : [];
}

function isLastWord(event: Event): boolean {
  return event.type === 'session.end' || (event.type === 'error' && event.recoverable === false);
}
