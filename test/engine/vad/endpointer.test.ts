import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endpointerSettings,
  type EndpointerSettings,
  type EndpointerState,
  IDLE,
  nextEndpointerState,
} from '../../../src/engine/vad/endpointer.ts';

const WINDOW = 512;
const WINDOW_MS = 32;

interface Heard {
  readonly decision: 'confirmed' | 'ended';
  /** Number of windows heard when it was decided. */
  readonly after: number;
  readonly state: EndpointerState;
}

function settings(more: Partial<EndpointerSettings> = {}): EndpointerSettings {
  return { ...endpointerSettings({ vadThreshold: 0.5, minSpeechMs: 256, minSilenceMs: 512 }), ...more };
}

/** Decisions over a run of probabilities; the state is the one before an end, the one after a start. */
function listen(probabilities: readonly number[], over: EndpointerSettings = settings()): readonly Heard[] {
  const heard: Heard[] = [];
  let state: EndpointerState = IDLE;
  for (const [i, probability] of probabilities.entries()) {
    const step = nextEndpointerState(state, { probability, endSample: (i + 1) * WINDOW }, over);
    if (step.decision !== 'none') {
      heard.push({
        decision: step.decision,
        after: i + 1,
        state: step.decision === 'ended' ? state : step.state,
      });
    }
    state = step.state;
  }
  return heard;
}

function times(count: number, probability: number): readonly number[] {
  return Array.from({ length: count }, () => probability);
}

describe('the threshold', () => {
  it.each([
    { threshold: 0.5, probability: 0.49, starts: false },
    { threshold: 0.5, probability: 0.5, starts: true },
    { threshold: 0.9, probability: 0.89, starts: false },
    { threshold: 0.05, probability: 0.05, starts: true },
  ])(
    '[ENG-7] $threshold: windows of $probability start speech: $starts',
    ({ threshold, probability, starts }) => {
      expect(listen(times(20, probability), settings({ threshold })).length > 0).toBe(starts);
    },
  );

  it.each([
    { threshold: 0.5, probability: 0.35, goesOn: true },
    { threshold: 0.5, probability: 0.34, goesOn: false },
    { threshold: 0.1, probability: 0.01, goesOn: true },
    { threshold: 0.1, probability: 0.009, goesOn: false },
  ])('[ENG-7] $threshold: speech goes on at $probability: $goesOn', ({ threshold, probability, goesOn }) => {
    const heard = listen([...times(10, 0.9), ...times(30, probability)], settings({ threshold }));
    expect(heard.map(({ decision }) => decision)).toEqual(goesOn ? ['confirmed'] : ['confirmed', 'ended']);
  });
});

describe('the beginning', () => {
  it('[ENG-8] is told when the minimum has passed since the first speech window', () => {
    const [first] = listen([...times(5, 0.1), ...times(10, 0.9)]);
    expect(first).toMatchObject({ after: 5 + 8, state: { mode: 'speech', startSample: 5 * WINDOW } });
  });

  it('[ENG-8] needs half of the minimum to be speech: a short word counts, a click does not', () => {
    const word = [...times(4, 0.9), ...times(20, 0.1)];
    const click = [...times(3, 0.9), ...times(20, 0.1)];
    expect(listen(word)[0]).toMatchObject({ decision: 'confirmed', after: 8 });
    expect(listen(click)).toEqual([]);
  });

  it('[ENG-10] is forgotten after the silence that would end an utterance', () => {
    const two = [...times(3, 0.9), ...times(16, 0.1), ...times(3, 0.9), ...times(20, 0.1)];
    expect(listen(two)).toEqual([]);
    const near = [...times(3, 0.9), ...times(15, 0.1), ...times(3, 0.9), ...times(20, 0.1)];
    expect(listen(near)[0]?.state).toMatchObject({ startSample: 0 });
  });
});

describe('the end', () => {
  it('[ENG-9] is decided after the silence and lies at the last window above the negative threshold', () => {
    const heard = listen([...times(10, 0.9), 0.4, ...times(30, 0.1)]);
    expect(heard[1]).toMatchObject({
      decision: 'ended',
      after: 11 + 16,
      state: { lastSpeechEndSample: 11 * WINDOW },
    });
  });

  it('[ENG-9] does not come while pauses are shorter', () => {
    const breathing = Array.from({ length: 10 }, () => [...times(5, 0.9), ...times(15, 0.1)]).flat();
    expect(listen(breathing).map(({ decision }) => decision)).toEqual(['confirmed']);
  });
});

it('[ENG-8] [ENG-9] starts and ends alternate, and each utterance is as long as asked for', () => {
  const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 50,
    maxLength: 400,
  });
  const minima = fc.record({
    threshold: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    minSpeechSamples: fc.nat(20).map((windows) => windows * WINDOW),
    minSilenceSamples: fc.integer({ min: 1, max: 20 }).map((windows) => windows * WINDOW),
  });
  fc.assert(
    fc.property(probabilities, minima, (all, over) => {
      let previousEnd = 0;
      for (const [i, { decision, after, state }] of listen(all, over).entries()) {
        expect(decision).toBe(i % 2 === 0 ? 'confirmed' : 'ended');
        if (state.mode !== 'speech') return expect.fail('decisions are about speech');
        expect(state.startSample).toBeGreaterThanOrEqual(previousEnd);
        if (decision === 'confirmed') {
          expect(all[state.startSample / WINDOW]).toBeGreaterThanOrEqual(over.threshold);
          expect(after * WINDOW - state.startSample).toBeGreaterThanOrEqual(over.minSpeechSamples);
        } else {
          expect(after * WINDOW - state.lastSpeechEndSample).toBe(over.minSilenceSamples);
          previousEnd = state.lastSpeechEndSample;
        }
      }
    }),
    { seed: 8, numRuns: 200 },
  );
});

it('settings in milliseconds become samples', () => {
  expect(endpointerSettings({ vadThreshold: 0.4, minSpeechMs: 250, minSilenceMs: 8 * WINDOW_MS })).toEqual({
    threshold: 0.4,
    minSpeechSamples: 4000,
    minSilenceSamples: 8 * WINDOW,
  });
});
