import { describe, expect, it } from 'vitest';
import { createEventLog } from '../../src/gateway/event-log.ts';
import { createFromWorker } from '../../src/gateway/from-worker.ts';
import { createPartialGate } from '../../src/gateway/overload/partial-gate.ts';
import type { AckMode } from '../../src/protocol/query.ts';
import type { WorkerMessage } from '../../src/protocol/worker-messages.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { sessionId } from '../support/fleet.ts';

const event = {
  type: 'transcript.final',
  text: 'one two',
  start: 0.5,
  end: 1.5,
  audio_end: 2,
  confidence: 0.9,
  words: null,
} as const;
const final: WorkerMessage = { ...event, commit_sample: 24_576 };
const workerEnd: WorkerMessage = {
  type: 'session.end',
  session_id: 'sess_000000000001',
  total_duration: 3.1,
  total_speech_duration: 1,
  transcript: 'not this one',
  segments: [],
};

function open(acks: AckMode = 'off') {
  const clock = createFakeClock();
  const sent: Record<string, unknown>[] = [];
  const id = sessionId(1);
  const events = createEventLog(id, {
    send: (data) => void sent.push(JSON.parse(String(data)) as Record<string, unknown>),
  });
  const responses: number[] = [];
  const journal = {
    storedSample: 0,
    advance(sample: number) {
      this.storedSample = sample;
    },
  };
  const fromWorker = createFromWorker({
    id,
    query: { acks, sampleRate: 48_000 },
    ingest: { frames: 144_000 },
    arrivals: { arrivalOf: (sample) => (sample <= 32_000 ? clock.nowMs() - 40 : undefined) },
    events,
    journal,
    partials: createPartialGate({ overload: { level: 0 }, onHalved: () => undefined }),
    formerSpeechS: () => 0,
    clock,
    onResponse: (latencyMs) => void responses.push(latencyMs),
  });
  return { fromWorker, sent, responses, journal };
}

describe('what a worker says', () => {
  it('[SES-1] reaches the client without what is between gateway and worker', () => {
    const { fromWorker, sent } = open();
    fromWorker.accept(final);
    expect(sent).toStrictEqual([{ ...event, seq: 1 }]);
  });

  it('[SES-11] ends with the audio the client sent and the text the client saw', () => {
    const { fromWorker, sent } = open();
    fromWorker.accept(final);
    expect(fromWorker.accept(workerEnd)).toBe('ended');
    expect(sent[1]).toEqual({
      type: 'session.end',
      session_id: 'sess_000000000001',
      total_duration: 3,
      total_speech_duration: 1,
      transcript: 'one two',
      segments: [{ start: 0.5, end: 1.5, text: 'one two' }],
      seq: 2,
    });
  });

  it('[SES-9] is acknowledged in frames of the client when that was asked for', () => {
    const { fromWorker, sent, journal } = open('interval');
    journal.storedSample = 5;
    fromWorker.accept({ type: 'progress', received: 48_000, decoded: 32_000, commit_sample: 16_000 });
    expect(sent).toEqual([{ type: 'ack', received: 144_000, decoded: 96_000, committed: 44_928 }]);
  });

  it('[SES-9] is not acknowledged otherwise, but counted', () => {
    const { fromWorker, sent, journal } = open();
    fromWorker.accept({ type: 'progress', received: 48_000, decoded: 32_000, commit_sample: 16_000 });
    expect([sent, journal.storedSample]).toEqual([[], 16_000]);
  });

  it('passes a failed utterance on and goes on, and gives up with the code of the worker', () => {
    const { fromWorker, sent } = open();
    const error = { type: 'error', code: 'asr_failed', message: 'm', retry: 'never', ref: 'RT8002' } as const;
    expect(fromWorker.accept({ ...error, recoverable: true, commit_sample: 7 })).toBe('goes-on');
    expect(sent).toEqual([{ ...error, recoverable: true, seq: 1 }]);
    expect(() => fromWorker.accept({ ...error, recoverable: false, retry: 'now' })).toThrow(
      expect.objectContaining({ code: 'asr_failed' }),
    );
    expect(sent).toHaveLength(1);
  });

  it('knows whether somebody speaks', () => {
    const { fromWorker } = open();
    fromWorker.accept({ type: 'vad.speech_start', timestamp: 1 });
    expect(fromWorker.isSpeaking).toBe(true);
    fromWorker.accept({ type: 'vad.speech_end', timestamp: 2 });
    expect(fromWorker.isSpeaking).toBe(false);
  });

  it('times results by the audio they needed, where its arrival is known', () => {
    const { fromWorker, responses } = open();
    fromWorker.accept(final);
    fromWorker.accept({
      ...final,
      type: 'transcript.partial',
      stable_chars: 0,
      audio_end: 2.5,
    } as WorkerMessage);
    expect(responses).toEqual([40]);
  });
});
