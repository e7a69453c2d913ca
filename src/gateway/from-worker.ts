/**
 * What the worker of a session says, in the words the client is told: events with the gateway's own
 * counting, acknowledgements, and the end.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { StreamQuery } from '../protocol/query.ts';
import type { ErrorMessage, SessionEnd } from '../protocol/server-messages.ts';
import { fromWireSeconds, toClientFrames, toWireSeconds } from '../protocol/time.ts';
import type { Progress, WorkerError, WorkerFinal, WorkerMessage } from '../protocol/worker-messages.ts';
import type { Arrivals } from './arrivals.ts';
import type { EventLog } from './event-log.ts';
import type { Ingest } from './ingest.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { PartialGate } from './overload/partial-gate.ts';
import { resumeFrame } from './resume/resume-point.ts';
import { endMessage } from './session-messages.ts';

export interface FromWorker {
  readonly isSpeaking: boolean;
  /**
   * Takes one message; `ended`: it was the last.
   * @throws RtError with the worker's own code when it gives the session up
   */
  accept(message: WorkerMessage): 'goes-on' | 'ended';
}

export interface FromWorkerParts {
  readonly id: SessionId;
  readonly query: Pick<StreamQuery, 'acks' | 'sampleRate'>;
  readonly ingest: Pick<Ingest, 'frames'>;
  readonly arrivals: Pick<Arrivals, 'arrivalOf'>;
  readonly events: Pick<EventLog, 'emit' | 'emitPartial' | 'tell' | 'segments'>;
  readonly journal: Pick<JournalWriter, 'advance' | 'storedSample'>;
  readonly partials: PartialGate;
  /** Speech that former workers told of, in seconds. */
  readonly formerSpeechS: () => number;
  readonly clock: Clock;
  readonly onResponse: (latencyMs: number) => void;
}

export function createFromWorker(parts: FromWorkerParts): FromWorker {
  const { events } = parts;
  let isSpeaking = false;
  const accept = (message: WorkerMessage): void => {
    switch (message.type) {
      case 'transcript.partial':
        if (!parts.partials.passes()) return undefined;
        events.emitPartial(message);
        return timeResponse(parts, message.audio_end);
      case 'transcript.final':
        return passFinal(parts, message);
      case 'progress':
        return acknowledge(parts, message);
      case 'vad.speech_start':
      case 'vad.speech_end':
        isSpeaking = message.type === 'vad.speech_start';
        return events.emit(message);
      case 'warning':
        return events.emit(message);
      case 'error':
        return passError(parts, message);
      case 'session.end':
        return passEnd(parts, message);
      case 'session.begin':
        return undefined;
    }
  };
  return {
    get isSpeaking() {
      return isSpeaking;
    },
    accept(message) {
      accept(message);
      return message.type === 'session.end' ? 'ended' : 'goes-on';
    },
  };
}

function passFinal(parts: FromWorkerParts, message: WorkerFinal): void {
  const { commit_sample: commitSample, ...final } = message;
  parts.partials.startAgain();
  parts.events.emit(final, commitSample);
  timeResponse(parts, message.audio_end);
}

function passError(parts: FromWorkerParts, message: WorkerError): void {
  if (!message.recoverable) throw new RtError(message.code, message.message);
  const { commit_sample: _, ...error } = message;
  parts.events.emit(error satisfies ErrorMessage);
}

function passEnd(parts: FromWorkerParts, message: SessionEnd): void {
  const { id, ingest, query, events } = parts;
  const end = endMessage(id, {
    durationS: toWireSeconds(ingest.frames, query.sampleRate),
    speechS: parts.formerSpeechS() + message.total_speech_duration,
    segments: events.segments,
  });
  events.emit(end, fromWireSeconds(message.total_duration, SAMPLE_RATE));
}

function acknowledge({ journal, query, ingest, events }: FromWorkerParts, message: Progress): void {
  journal.advance(message.commit_sample);
  const { acks, sampleRate } = query;
  if (acks === 'off') return;
  events.tell({
    type: 'ack',
    received: ingest.frames,
    decoded: toClientFrames(message.decoded, sampleRate),
    committed: resumeFrame(journal.storedSample, sampleRate),
  });
}

function timeResponse({ arrivals, clock, onResponse }: FromWorkerParts, audioEndS: number): void {
  const arrivedMs = arrivals.arrivalOf(fromWireSeconds(audioEndS, SAMPLE_RATE));
  if (arrivedMs !== undefined) onResponse(clock.nowMs() - arrivedMs);
}
