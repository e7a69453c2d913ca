import { describe, expect, it } from 'vitest';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import { createEventLog } from '../../src/gateway/event-log.ts';
import type { JournalEntry } from '../../src/bus/ports.ts';
import type { TranscriptFinal, TranscriptPartial } from '../../src/protocol/server-messages.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { sessionId } from '../support/fleet.ts';

const session = sessionId(7);
const final: TranscriptFinal = {
  type: 'transcript.final',
  text: 'hello',
  start: 1,
  end: 2,
  audio_end: 2.5,
  confidence: 0.9,
  words: null,
};
const partial: TranscriptPartial = {
  type: 'transcript.partial',
  text: 'hel',
  start: 1,
  end: 1.5,
  audio_end: 1.5,
  stable_chars: 1,
};

function openLog() {
  const sent: Record<string, unknown>[] = [];
  const journaled: JournalEntry[] = [];
  const { channels } = createMemoryBus({ clock: createFakeClock() });
  const stop = new AbortController();
  const heard = channels.subscribe('transcription-stream:*', stop.signal)[Symbol.asyncIterator]();
  const log = createEventLog(session, {
    send: (data) => void sent.push(JSON.parse(String(data)) as Record<string, unknown>),
  });
  const attach = (): void =>
    log.attach({
      journal: { push: (entry) => void journaled.push(entry) },
      channel: { name: `transcription-stream:${session}`, channels },
      labels: { model: 'rt-tiny-en', speaker: 'ann' },
    });
  const nextPublished = async (): Promise<unknown> => {
    const { value } = (await heard.next()) as { value: { message: string } };
    return JSON.parse(value.message) as unknown;
  };
  return { log, sent, journaled, attach, nextPublished };
}

describe('the events of a session', () => {
  it('[SES-2] are numbered from 1 without a hole, the durable ones alone', () => {
    const { log, sent, attach } = openLog();
    attach();
    log.emit({ type: 'vad.speech_start', timestamp: 1 });
    log.emitPartial(partial);
    log.tell({ type: 'ack', received: 1, decoded: 1, committed: 0 });
    log.emit(final, 32_000);
    log.tell({ type: 'goaway', reason: 'draining', reconnect_in_ms: 10 });
    log.emit({ type: 'vad.speech_end', timestamp: 2 });
    expect(sent.map(({ type, seq }) => [type, seq])).toEqual([
      ['vad.speech_start', 1],
      ['transcript.partial', undefined],
      ['ack', undefined],
      ['transcript.final', 2],
      ['goaway', undefined],
      ['vad.speech_end', 3],
    ]);
  });

  it('[SES-40] reach the journal as they were sent, with the position they make safe', () => {
    const { log, sent, journaled, attach } = openLog();
    attach();
    log.emit({ type: 'vad.speech_start', timestamp: 1 });
    log.emitPartial(partial);
    log.emit(final, 32_000);
    expect(journaled.map(({ seq, commitSample }) => [seq, commitSample])).toEqual([
      [1, undefined],
      [2, 32_000],
    ]);
    expect(JSON.parse(journaled[1]!.json)).toEqual(sent[2]);
  });

  it('[SES-42] are published with session, model and speaker, partials included', async () => {
    const { log, attach, nextPublished } = openLog();
    attach();
    log.emitPartial(partial);
    log.emit(final);
    const labels = { session_id: session, model: 'rt-tiny-en', speaker: 'ann' };
    expect(await nextPublished()).toEqual({ ...partial, ...labels });
    expect(await nextPublished()).toEqual({ ...final, ...labels, seq: 1 });
  });

  it('[SES-42] of a refused session go to its client alone', () => {
    const { log, sent, journaled } = openLog();
    log.emit({ type: 'warning', code: 'degraded', message: 'x' });
    expect([sent.length, journaled.length]).toEqual([1, 0]);
  });

  it('keep the finals for session.end and the last text for monitors', () => {
    const { log, attach } = openLog();
    attach();
    expect(log.lastText).toEqual({ text: '', isFinal: true, confidence: null });
    log.emitPartial(partial);
    expect(log.lastText).toEqual({ text: 'hel', isFinal: false, confidence: null });
    log.emit(final);
    expect(log.lastText).toEqual({ text: 'hello', isFinal: true, confidence: 0.9 });
    expect(log.segments).toEqual([{ start: 1, end: 2, text: 'hello' }]);
  });
});
