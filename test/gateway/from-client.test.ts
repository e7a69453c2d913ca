import { describe, expect, it } from 'vitest';
import { createFromClient } from '../../src/gateway/from-client.ts';
import type { DurableEvent } from '../../src/protocol/server-messages.ts';
import { createFakeClock } from '../support/fake-clock.ts';

function open(options: { readonly leftoverBytes?: number; readonly rate?: number } = {}) {
  const clock = createFakeClock();
  const steps: string[] = [];
  const events: DurableEvent[] = [];
  const audio = { lastReadMs: clock.nowMs() };
  const fromClient = createFromClient({
    query: { sampleRate: 16_000 },
    line: { sendControl: (control) => void steps.push(`line ${JSON.stringify(control)}`) },
    ingest: { leftoverBytes: options.leftoverBytes ?? 0 },
    intake: {
      accept: (bytes) => void steps.push(`audio ${bytes.length}`),
      end: () => void steps.push('end of audio'),
      rateSuspicion: () => options.rate,
      get lastReadMs() {
        return audio.lastReadMs;
      },
    },
    events: { emit: (event) => void events.push(event) },
    clock,
  });
  return { fromClient, clock, steps, events, audio };
}

describe('what a client says', () => {
  it('[SES-7] passes control messages on in their order, unknown fields left out', () => {
    const { fromClient, steps } = open();
    fromClient.accept('{"type":"flush"}');
    fromClient.accept(new Uint8Array(320));
    fromClient.accept('{"type":"config","min_silence_ms":800,"colour":"red"}');
    fromClient.accept('{"type":"clear"}');
    fromClient.accept('{"type":"keepalive"}');
    expect(steps).toEqual([
      'line {"type":"flush"}',
      'audio 320',
      'line {"type":"config","min_silence_ms":800}',
      'line {"type":"clear"}',
    ]);
  });

  it('[SES-12] ends with what the resampler holds, then the warning, then the word to the worker', () => {
    const { fromClient, steps, events } = open({ leftoverBytes: 1 });
    expect(fromClient.accept('{"type":"end"}')).toBe('ended');
    expect(steps).toEqual(['end of audio', 'line {"type":"end"}']);
    expect(events).toMatchObject([{ type: 'warning', code: 'trailing_byte', bytes: 1 }]);
  });

  it('[SES-12] says nothing of bytes when there are none', () => {
    const { fromClient, events } = open();
    fromClient.accept('{"type":"end"}');
    expect(events).toEqual([]);
  });

  it.each([
    ['hello'],
    ['{"type":"banana"}'],
    ['[]'],
    ['{"type":"config","vad_threshold":2}'],
    ['{"type":"resume","token":"x","from_sample":0,"have_seq":0}'],
  ])('[SES-5] [SES-14] answers %s and goes on', (text) => {
    const { fromClient, steps, events } = open();
    expect(fromClient.accept(text)).toBe('goes-on');
    expect(steps).toEqual([]);
    expect(events).toMatchObject([{ type: 'error', code: 'invalid_message', recoverable: true }]);
  });

  it('[SES-5] is out of patience at the twentieth broken message within a minute', () => {
    const { fromClient, events } = open();
    for (let count = 1; count < 20; count++) fromClient.accept('?');
    expect(events).toHaveLength(19);
    expect(() => fromClient.accept('?')).toThrow(expect.objectContaining({ code: 'invalid_message' }));
  });

  it('[SES-5] forgets broken messages after a minute', async () => {
    const { fromClient, clock, events } = open();
    for (let count = 1; count <= 60; count++) {
      fromClient.accept('?');
      await clock.advance(4000);
    }
    expect(events).toHaveLength(60);
  });

  it('[SES-23] is alive by audio and by any text', async () => {
    const { fromClient, clock, audio } = open();
    const startMs = clock.nowMs();
    expect(fromClient.aliveMs).toBe(startMs);
    await clock.advance(1000);
    fromClient.accept('{"type":"keepalive"}');
    expect(fromClient.aliveMs).toBe(startMs + 1000);
    audio.lastReadMs = startMs + 3000;
    expect(fromClient.aliveMs).toBe(startMs + 3000);
  });

  it('[SES-15] warns of a rate with both numbers and what to set', () => {
    const { fromClient, events } = open({ rate: 48_000 });
    fromClient.accept(new Uint8Array(2));
    expect(events).toEqual([
      {
        type: 'warning',
        code: 'rate_mismatch',
        message: expect.stringContaining('sample_rate=48000'),
        declared_rate: 16_000,
        observed_rate: 48_000,
      },
    ]);
  });
});
