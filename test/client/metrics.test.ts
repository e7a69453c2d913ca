import { describe, expect, it } from 'vitest';
import {
  createStreamMetrics,
  percentile,
  type ReceivedMessage,
  type StreamMetrics,
} from '../../src/client/metrics.ts';

const RATE = 16_000;

type ReceivedFinal = Extract<ReceivedMessage, { readonly type: 'transcript.final' }>;

/** Ten chunks of 100 ms: chunk n ends at sample 1600 n and is due at 1000 + 100 n. */
function begun(): StreamMetrics {
  const metrics = createStreamMetrics(RATE);
  metrics.begin(1000);
  for (let chunk = 1; chunk <= 10; chunk++)
    metrics.sent({ endSample: 1600 * chunk, dueMs: 1000 + 100 * chunk });
  return metrics;
}

const begin = (seq: number, changes: object = {}): ReceivedMessage => ({
  type: 'session.begin',
  session_id: 'sess_0123456789ab',
  protocol: 1,
  model: 'm',
  language: 'en',
  sample_rate: RATE,
  encoding: 'pcm_s16le',
  channels: 1,
  partials: true,
  epoch: 1,
  warnings: [],
  seq,
  receivedMs: 1000,
  ...changes,
});
const partial = (text: string, audioEnd: number, receivedMs: number): ReceivedMessage => ({
  type: 'transcript.partial',
  text,
  start: 0,
  end: audioEnd,
  audio_end: audioEnd,
  stable_chars: 0,
  receivedMs,
});
const final = (seq: number, audioEnd: number, receivedMs: number): ReceivedFinal => ({
  type: 'transcript.final',
  text: 'x',
  start: 0,
  end: audioEnd,
  audio_end: audioEnd,
  confidence: 1,
  words: null,
  seq,
  receivedMs,
});
const end = (seq: number, totalS: number): ReceivedMessage => ({
  type: 'session.end',
  session_id: 'sess_0123456789ab',
  total_duration: totalS,
  total_speech_duration: 0,
  transcript: '',
  segments: [],
  seq,
  receivedMs: 9000,
});

function summaryOf(messages: readonly ReceivedMessage[]): ReturnType<StreamMetrics['summary']> {
  const metrics = begun();
  for (const message of messages) metrics.received(message);
  return metrics.summary();
}

describe('lag', () => {
  it.each([
    ['the sample ends a chunk', 0.3, 1350, 50],
    ['the sample begins the next chunk', 0.3 + 1 / RATE, 1450, 50],
    ['the sample is in the middle of a chunk', 0.25, 1350, 50],
    ['the sample is in the first chunk', 0.01, 1120, 20],
    ['nothing of the stream was needed', 0, 1120, 20],
    ['the engine padded beyond what was sent', 1.2, 2030, 30],
  ])('counts from the due time of the chunk when %s', (_title, ...[audioEnd, receivedMs, lagMs]) => {
    const metrics = begun();
    metrics.received(partial('a', audioEnd, receivedMs));
    expect(metrics.respLagsMs).toEqual([lagMs]);
  });

  it('leaves out text that did not change, within one utterance', () => {
    const metrics = begun();
    metrics.received(partial('a', 0.1, 1110));
    metrics.received(partial('a', 0.2, 1220));
    metrics.received(partial('ab', 0.3, 1330));
    metrics.received({ ...final(1, 0.4, 1440), text: 'ab' });
    metrics.received(partial('ab', 0.5, 1550));
    expect(metrics.respLagsMs).toEqual([10, 30, 50]);
    expect(metrics.finalLagsMs).toEqual([40]);
  });

  it('counts every final for final_lag', () => {
    const metrics = begun();
    metrics.received({ ...final(1, 0.4, 1440), text: '' });
    metrics.received({ ...final(2, 0.8, 1890), text: 'b' });
    expect(metrics.finalLagsMs).toEqual([40, 90]);
    expect(metrics.respLagsMs).toEqual([90]);
  });

  it('has nothing to count before audio was sent', () => {
    const metrics = createStreamMetrics(RATE);
    metrics.received(partial('a', 0.1, 1110));
    expect(metrics.respLagsMs).toEqual([]);
  });
});

describe('percentile', () => {
  it.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[4, 1, 3, 2], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95, 10],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ] as const)('of %j at %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe('summary', () => {
  it('adds up a stream without loss', () => {
    const messages = [
      begin(1),
      partial('', 0.1, 1105),
      partial('a', 0.2, 1233.34),
      final(2, 0.4, 1440),
      end(3, 1),
    ];
    expect(summaryOf(messages)).toEqual({
      type: 'summary',
      audio_s: 1,
      finals: 1,
      first_partial_ms: 233.3,
      resp_lag_p50_ms: 33.3,
      resp_lag_p95_ms: 40,
      final_lag_p50_ms: 40,
      final_lag_p95_ms: 40,
      samples_sent: 16_000,
      samples_accounted: 16_000,
      seq_holes: 0,
      resumes: 0,
      incomplete_at_s: [],
      complete: true,
    });
  });

  it('[CLI-17] misses no number that the session has passed over', () => {
    const metrics = createStreamMetrics(RATE, () => 0);
    metrics.sent({ endSample: 16_000, dueMs: 2000 });
    for (const message of [begin(1), final(2, 0.4, 1440), begin(3), end(5, 1)]) metrics.received(message);
    expect(metrics.summary()).toMatchObject({ seq_holes: 0, complete: true });
  });

  it.each<[string, readonly ReceivedMessage[], object]>([
    ['nothing came', [], { samples_accounted: 0, finals: 0, first_partial_ms: null, complete: false }],
    ['the session did not end', [begin(1), final(2, 0.4, 1440)], { complete: false }],
    ['a millisecond is missing', [begin(1), end(2, 0.999)], { samples_accounted: 15_984, complete: true }],
    ['more than a millisecond is missing', [begin(1), end(2, 0.9989)], { complete: false }],
    ['more came back than was sent', [begin(1), end(2, 1.002)], { complete: false }],
    ['numbers were skipped', [begin(1), final(4, 0.4, 1440), end(5, 1)], { seq_holes: 2, complete: false }],
    ['the first number is missing', [final(2, 0.4, 1440), end(3, 1)], { seq_holes: 1, complete: false }],
    [
      'a resume brought what was missing',
      [begin(1), final(4, 0.4, 1440), final(2, 0.1, 1500), final(3, 0.2, 1500), end(5, 1)],
      { seq_holes: 0, complete: true },
    ],
    [
      'a resume was complete',
      [begin(1), begin(2, { resumed: { complete: true, send_from_sample: 0, replayed: 0 } }), end(3, 1)],
      { resumes: 1, complete: true },
    ],
    [
      'a resume lost something',
      [begin(1), begin(2, { resumed: { complete: false, send_from_sample: 8000, replayed: 0 } }), end(3, 1)],
      { resumes: 1, incomplete_at_s: [0.5], complete: false },
    ],
  ])('when %s', (_title, messages, expected) => {
    expect(summaryOf(messages)).toMatchObject(expected);
  });

  it('is not complete after an error that ends the session', () => {
    const error: ReceivedMessage = {
      type: 'error',
      code: 'asr_failed',
      message: 'm',
      recoverable: false,
      retry: 'now',
      ref: 'RT1',
      seq: 2,
      receivedMs: 0,
    };
    expect(summaryOf([begin(1), error, end(3, 1)]).complete).toBe(false);
    expect(summaryOf([begin(1), { ...error, recoverable: true }, end(3, 1)]).complete).toBe(true);
  });
});
