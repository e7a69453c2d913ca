/** Sessions whose model hears utterances whole. */
import { describe, expect, it } from 'vitest';
import type {
  UtteranceAudio,
  UtteranceRecogniser,
  UtteranceResult,
} from '../../../src/engine/asr/utterance-recogniser.ts';
import { completeTask } from '../../../src/engine/batch/complete-task.ts';
import type { EngineEvent, EngineSessionOptions } from '../../../src/engine/engine.ts';
import { SessionCore } from '../../../src/engine/session/session-core.ts';
import type { Control } from '../../../src/engine/session/tasks.ts';
import { finals, joined, SESSION_OPTIONS, silence, spoken, tone } from '../../support/engine.ts';
import { createLevelDetector } from '../../support/scripted-recogniser.ts';

const MS = 16;

/** Says how long each utterance was; `results` may say something else of the first ones. */
function createListener(
  results: readonly (Partial<UtteranceResult> | undefined)[] = [],
): UtteranceRecogniser & {
  readonly heard: UtteranceAudio[];
} {
  const heard: UtteranceAudio[] = [];
  return {
    heard,
    maxSamples: 10_000 * MS,
    maxBatch: 4,
    recognise(items) {
      return Promise.resolve(
        items.map((item) => {
          const index = heard.push(item) - 1;
          if (index in results && results[index] === undefined) return undefined;
          const word = `${String(item.samples.length / MS)}ms`;
          const endSample = item.samples.length;
          const words = [{ word, startSample: 0, endSample, confidence: 0.8 }];
          return { text: word, words, tokens: [1], ...results[index] };
        }),
      );
    },
  };
}

interface Run {
  readonly audio: Int16Array;
  readonly options?: Partial<EngineSessionOptions>;
  readonly controls?: readonly Control[];
  readonly pushSamples?: number;
}

async function run(
  recogniser: UtteranceRecogniser,
  { audio, options, controls, pushSamples }: Run,
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const core = new SessionCore(
    { recognition: { kind: 'utterance', recogniser }, emit: (event) => events.push(event) },
    { ...SESSION_OPTIONS, ...options },
  );
  const detector = createLevelDetector();
  const step = pushSamples ?? audio.length;
  for (let at = 0; at < audio.length; at += step) {
    core.push(audio.slice(at, at + step));
    for (let task = core.next(); task; task = core.next()) await completeTask(core, task, detector);
  }
  for (const control of controls ?? [{ type: 'end' as const }]) {
    core.control(control);
    for (let task = core.next(); task; task = core.next()) await completeTask(core, task, detector);
  }
  return events;
}

const twoWords = joined([silence(1024), tone(400, 640), silence(1024), tone(400, 960), silence(1024)]);

describe('a model that hears utterances whole', () => {
  it('[ENG-104] gets each utterance once, with its look-back and 300 ms of the silence behind it', async () => {
    const listener = createListener();
    const events = await run(listener, { audio: twoWords });
    expect(spoken(events).map(({ type }) => type)).toEqual([
      ...['speech-start', 'speech-end', 'final', 'speech-start', 'speech-end', 'final', 'ended'],
    ]);
    expect(finals(events).map(({ text }) => text)).toEqual(['1240ms', '1560ms']);
    expect(listener.heard[0]?.language).toBe('en');
    // The words are placed within the speech the detector found.
    expect(finals(events)[0]).toMatchObject({ startSample: 1024 * MS, endSample: 1856 * MS });
  });

  it('[ENG-104] gives the same whatever pieces the audio comes in', async () => {
    const whole = await run(createListener(), { audio: twoWords });
    for (const pushSamples of [160, 777, 5000]) {
      expect(await run(createListener(), { audio: twoWords, pushSamples })).toEqual(whole);
    }
  });

  it('[ENG-104] cuts speech that is longer than it takes, and hears all of it', async () => {
    const listener = createListener();
    const events = await run(listener, { audio: joined([silence(640), tone(400, 24_000), silence(1024)]) });
    const longest = Math.max(...listener.heard.map(({ samples }) => samples.length));
    expect(longest).toBeLessThanOrEqual(10_000 * MS);
    expect(finals(events).length).toBeGreaterThan(2);
    const ends = finals(events).map(({ commitSample }) => commitSample);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it('[ENG-104] without the detector gets the stream in utterances of the limit', async () => {
    const listener = createListener();
    const options = { vad: false, maxUtteranceMs: 2000 };
    await run(listener, { audio: tone(400, 5000), options });
    const lengths = listener.heard.map(({ samples }) => samples.length);
    expect(lengths.reduce((a, b) => a + b)).toBe(5000 * MS);
    expect(lengths.slice(0, 2)).toEqual([1984 * MS, 1984 * MS]);
  });

  it('[ENG-104] makes a final at a flush', async () => {
    const audio = joined([silence(640), tone(400, 800)]);
    const events = await run(createListener(), { audio, controls: [{ type: 'flush' }] });
    expect(finals(events)).toHaveLength(1);
  });

  it('[ENG-26] that made no numbers of an utterance loses that one alone', async () => {
    const events = await run(createListener([undefined]), { audio: twoWords });
    expect(spoken(events).map(({ type }) => type)).toContain('fault');
    expect(finals(events).map(({ text }) => text)).toEqual(['1560ms']);
  });

  it('[ENG-103] that repeated itself is told of', async () => {
    const events = await run(createListener([{ guard: 'repetition' }]), { audio: twoWords });
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'repeated_text' }));
    expect(finals(events)).toHaveLength(2);
  });

  it('tells the language it heard', async () => {
    const events = await run(createListener([{ language: 'es' }]), { audio: twoWords });
    expect(finals(events).map(({ language }) => language)).toEqual(['es', undefined]);
  });
});
