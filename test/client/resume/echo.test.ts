import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../../src/client/metrics.ts';
import { createEchoes } from '../../../src/client/resume/echo.ts';

const final = (seq: number, start: number, end: number): ReceivedMessage => ({
  type: 'transcript.final',
  text: `${start}`,
  ...{ seq, start, end, audio_end: end, confidence: 1, words: null, receivedMs: 0 },
});
const speech = (
  type: 'vad.speech_start' | 'vad.speech_end',
  seq: number,
  timestamp: number,
): ReceivedMessage => ({
  type,
  ...{ seq, timestamp, receivedMs: 0 },
});

describe('after a resume', () => {
  it('[CLI-17] what was told before is not told again, what follows is', () => {
    const echoes = createEchoes();
    expect(echoes.isEcho(final(4, 1, 2))).toBe(false);
    expect(echoes.isEcho(final(5, 3, 4))).toBe(false);
    echoes.resumed(6);
    const said = [
      speech('vad.speech_start', 7, 3),
      speech('vad.speech_end', 8, 4),
      final(9, 3, 4),
      speech('vad.speech_start', 10, 5),
      final(11, 5, 6),
    ];
    expect(said.map((each) => echoes.isEcho(each))).toEqual([true, true, true, false, false]);
  });

  it('[CLI-17] a text that is final is not shown again as a partial, a new one is', () => {
    const partial = (start: number): ReceivedMessage => ({
      type: 'transcript.partial',
      ...{ text: `${start}`, start, end: start + 1, audio_end: start + 1, stable_chars: 0, receivedMs: 0 },
    });
    const echoes = createEchoes();
    expect(echoes.isEcho(partial(1))).toBe(false);
    echoes.isEcho(final(4, 1, 2));
    echoes.resumed(5);
    expect([partial(1), final(6, 1, 2), partial(3)].map((each) => echoes.isEcho(each))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('[CLI-17] what was missed is told whatever its place', () => {
    const echoes = createEchoes();
    echoes.isEcho(final(5, 3, 4));
    echoes.resumed(6);
    expect(echoes.isEcho(final(4, 1, 2))).toBe(false);
  });

  it('[CLI-17] speech that begins where the last final ended is news', () => {
    const echoes = createEchoes();
    echoes.isEcho(final(2, 1, 2));
    echoes.resumed(3);
    expect(echoes.isEcho(speech('vad.speech_start', 4, 2))).toBe(false);
  });
});
