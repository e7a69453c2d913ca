import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/engine.ts';
import { toMessage, toSegment } from '../../src/worker/sender.ts';
import { finalOf, partialOf } from '../support/scripted-engine.ts';

const final = finalOf('hello', 8000, 24_001);

describe('events as messages of the link', () => {
  it.each<[string, EngineEvent, object | undefined]>([
    ['speech-start', { type: 'speech-start', atSample: 8000 }, { type: 'vad.speech_start', timestamp: 0.5 }],
    ['speech-end', { type: 'speech-end', atSample: 512 }, { type: 'vad.speech_end', timestamp: 0.032 }],
    [
      'partial',
      partialOf('hel', 8000, 16_000),
      { type: 'transcript.partial', text: 'hel', start: 0.5, end: 1, audio_end: 1, stable_chars: 0 },
    ],
    [
      'final',
      final,
      {
        type: 'transcript.final',
        text: 'hello',
        start: 0.5,
        end: 1.500063,
        audio_end: 1.500063,
        confidence: 0.9123,
        words: null,
        commit_sample: 24_001,
      },
    ],
    ['progress', { type: 'progress', decodedSample: 1, commitSample: 0 }, undefined],
    ['ended', { type: 'ended', decodedSample: 1, speechSamples: 0 }, undefined],
  ])('[SES-54] %s', (_type, event, message) => {
    expect(toMessage(event, { words: false })).toEqual(message);
  });

  it('[SES-54] carry words where they are asked for', () => {
    const words = [{ word: 'hello', start: 0.5, end: 1.500063, confidence: 0.8765 }];
    expect(toMessage(final, { words: true })).toMatchObject({ words });
    expect(toMessage(partialOf('hel', 0, 16), { words: true })).toHaveProperty('words');
  });

  it('[SES-54] make a failed utterance a recoverable error that knows where it goes on', () => {
    const fault: EngineEvent = { type: 'fault', code: 'asr_failed', message: 'NaN', commitSample: 512 };
    expect(toMessage(fault, { words: false })).toMatchObject({
      type: 'error',
      code: 'asr_failed',
      recoverable: true,
      retry: 'never',
      commit_sample: 512,
    });
  });

  it('keep a final as a segment', () => {
    expect(toSegment(final as Extract<EngineEvent, { type: 'final' }>)).toEqual({
      start: 0.5,
      end: 1.500063,
      text: 'hello',
    });
  });

  it('[SES-54] carry the warning of speech that gave no words', () => {
    const warning: EngineEvent = {
      type: 'warning',
      code: 'speech_without_words',
      message: 'm',
      atSample: 16_000,
    };
    expect(toMessage(warning, { words: false })).toMatchObject({
      type: 'warning',
      code: 'speech_without_words',
      timestamp: 1,
    });
  });
});
