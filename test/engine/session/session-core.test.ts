import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import {
  type EngineModels,
  finals,
  joined,
  runSession,
  type SessionRun,
  silence,
  spoken,
  type TimedControl,
  tone,
} from '../../support/engine.ts';
import { createLevelDetector, createScriptedRecogniser } from '../../support/scripted-recogniser.ts';
import type { SpeechModel } from '../../../src/engine/vad/silero.ts';

const LOW = 400;
const HIGH = 4000;

function scripted(): EngineModels {
  const recogniser = createScriptedRecogniser();
  return { recogniser, speechModel: createLevelDetector(), mel: recogniser.mel };
}

function run(parts: readonly Int16Array[], more: Partial<SessionRun> = {}): Promise<readonly EngineEvent[]> {
  return runSession(scripted(), { audio: joined(parts), ...more });
}

/** What happened, short: `start`, `~low` for a partial, `low` for a final. */
function outline(events: readonly EngineEvent[]): readonly string[] {
  return spoken(events).map((event) => {
    if (event.type === 'partial') return `~${event.text}`;
    if (event.type === 'final') return event.text;
    return event.type;
  });
}

const WORD_MS = 480;
const oneWord = [silence(640), tone(LOW, WORD_MS), silence(800)];
const twoWords = [...oneWord, tone(HIGH, WORD_MS), silence(800)];

describe('an utterance', () => {
  it('[ENG-13] starts, gets partials, ends and gets its final, before the next one starts', async () => {
    expect(outline(await run(twoWords))).toEqual([
      ...['speech-start', '~low', 'speech-end', 'low'],
      ...['speech-start', '~high', 'speech-end', 'high'],
      'ended',
    ]);
  });

  it('[ENG-15] begins at its first speech window and ends inside of what is committed', async () => {
    const [first, second] = finals(await run(twoWords));
    // 640 ms are 20 windows; the padding before the speech is heard but does not count.
    expect(first).toMatchObject({ startSample: 20 * 512, text: 'low' });
    expect(first?.endSample).toBeLessThanOrEqual(first?.commitSample ?? 0);
    expect(second?.startSample).toBeGreaterThanOrEqual(first?.endSample ?? Number.POSITIVE_INFINITY);
  });

  it('[ENG-15] without words has no final', async () => {
    // Loud enough for the detector, too low for the features of the recogniser.
    const hum = tone(20, 480, 0.03);
    expect(outline(await run([silence(640), hum, silence(800)]))).toEqual([
      'speech-start',
      'speech-end',
      'ended',
    ]);
  });

  it('[ENG-27] of more than 3 s without words is warned about, a shorter one is not', async () => {
    const warnings = async (ms: number): Promise<readonly EngineEvent[]> => {
      const events = await run([silence(640), tone(20, ms, 0.03), silence(800)]);
      return events.filter(({ type }) => type === 'warning');
    };
    expect(await warnings(2900)).toEqual([]);
    expect(await warnings(3200)).toEqual([
      {
        type: 'warning',
        code: 'speech_without_words',
        message: '3.2 s of speech gave no words',
        atSample: 20 * 512,
      },
    ]);
  });

  it('[ENG-11] is heard from the padding before its first window, but not from before a restart point', async () => {
    // With 300 ms of padding the click 128 ms before the speech is a word of the utterance.
    const audio = [silence(640), tone(HIGH, 32, 0.05), silence(192), tone(LOW, WORD_MS), silence(800)];
    const text = async (options: SessionRun['options']): Promise<string | undefined> =>
      finals(await run(audio, { options: { vadThreshold: 0.5, ...options } }))[0]?.text;
    expect(await text({ minSilenceMs: 100, prefixPaddingMs: 300 })).toBe('high low');
    expect(await text({ minSilenceMs: 100, prefixPaddingMs: 96 })).toBe('low');
    const cleared = await run(audio, {
      options: { minSilenceMs: 100 },
      controls: [{ atSample: 16 * 832, control: { type: 'clear' } }],
    });
    expect(finals(cleared)[0]?.text).toBe('low');
  });
});

describe('partials', () => {
  it('[ENG-14] come only when the text changed, and everything in them stays', async () => {
    const events = await run([silence(640), tone(LOW, 800), tone(HIGH, 800), tone(LOW, 800), silence(800)]);
    const partials = events.filter((event) => event.type === 'partial');
    expect(partials.map(({ text }) => text)).toEqual(['low', 'low high', 'low high low']);
    for (const { text, stableChars } of partials) expect(stableChars).toBe(text.length);
    expect(finals(events)[0]?.text.startsWith(partials.at(-1)?.text ?? '?')).toBe(true);
  });

  it('[ENG-14] come once while look-back is caught up with', async () => {
    // Confirmed only after 960 ms: by then four windows wait, and one partial tells all of them.
    const audio = [silence(640), tone(LOW, 320), tone(HIGH, 320), tone(LOW, 1600), silence(800)];
    const events = await run(audio, { options: { minSpeechMs: 960 } });
    expect(outline(events).filter((line) => line.startsWith('~'))).toEqual(['~low high low']);
  });

  it('[ENG-14] what a candidate gave is said when it is confirmed, at no later sample', async () => {
    const events = await run([silence(640), tone(LOW, 2000), silence(800)], {
      options: { minSpeechMs: 960 },
    });
    const start = events.findIndex(({ type }) => type === 'speech-start');
    // 640 ms of silence and 30 windows of speech: the text is there with the last of them.
    expect(events[start + 1]).toMatchObject({ type: 'partial', text: 'low', audioEndSample: 50 * 512 });
  });

  it('[ENG-14] a candidate that comes to nothing leaves nothing behind', async () => {
    const click = [silence(640), tone(HIGH, 32), silence(1600)];
    expect(outline(await run([...click, tone(LOW, WORD_MS), silence(800)]))).toEqual([
      ...['speech-start', '~low', 'speech-end', 'low'],
      'ended',
    ]);
  });

  it('[ENG-14] are not made where nobody wants them', async () => {
    const events = await run(twoWords, { options: { partials: false } });
    expect(outline(events).filter((line) => line.startsWith('~'))).toEqual([]);
    expect(finals(events).map(({ text }) => text)).toEqual(['low', 'high']);
  });
});

describe('controls', () => {
  const speaking = 16 * 1000;

  it('[ENG-16] a flush gives the final of what was said so far and starts afresh at the grid', async () => {
    const events = await run([silence(640), tone(LOW, 1600), silence(800)], {
      controls: [{ atSample: speaking, control: { type: 'flush' } }],
    });
    const restart = Math.floor(speaking / 512) * 512;
    expect(finals(events).map(({ text }) => text)).toEqual(['low', 'low']);
    expect(finals(events)[0]).toMatchObject({ commitSample: restart, audioEndSample: restart });
    expect(finals(events)[1]?.startSample).toBe(restart);
  });

  it('[ENG-16] a flush makes an utterance of what was too short yet, and nothing of silence', async () => {
    const flush = (ms: number): readonly TimedControl[] => [
      { atSample: 16 * ms, control: { type: 'flush' } },
    ];
    const short = [silence(640), tone(LOW, 96), silence(1600)];
    expect(outline(await run(short))).toEqual(['ended']);
    expect(outline(await run(short, { controls: flush(750) }))).toEqual([
      ...['speech-start', 'speech-end', 'low'],
      'ended',
    ]);
    expect(outline(await run([silence(2000)], { controls: flush(900) }))).toEqual(['ended']);
  });

  it('[ENG-17] a clear drops what is not final yet', async () => {
    const events = await run(twoWords, {
      controls: [{ atSample: 16 * 1100, control: { type: 'clear' } }],
    });
    expect(outline(events)).toEqual([
      ...['speech-start', '~low', 'speech-end'],
      ...['speech-start', '~high', 'speech-end', 'high'],
      'ended',
    ]);
  });

  it('[ENG-18] an end finishes the utterance in progress and says how much was speech', async () => {
    const events = await run([silence(640), tone(LOW, 800)]);
    expect(outline(events)).toEqual(['speech-start', '~low', 'speech-end', 'low', 'ended']);
    expect(finals(events)[0]?.endSample).toBe(16 * 1440);
    expect(spoken(events).at(-1)).toEqual({
      type: 'ended',
      decodedSample: 16 * 1440,
      speechSamples: 16 * 800,
    });
  });

  it('[ENG-18] a stream without audio just ends', async () => {
    expect(await run([])).toEqual([{ type: 'ended', decodedSample: 0, speechSamples: 0 }]);
  });

  it('[ENG-19] an update holds from the next window on', async () => {
    const update = {
      atSample: 16 * 640,
      control: { type: 'update', change: { minSilenceMs: 960 } },
    } as const;
    const audio = [silence(640), tone(LOW, WORD_MS), silence(640), tone(HIGH, WORD_MS), silence(800)];
    expect(finals(await run(audio)).map(({ text }) => text)).toEqual(['low', 'high']);
    expect(finals(await run(audio, { controls: [update] })).map(({ text }) => text)).toEqual(['low high']);
  });
});

describe('an utterance without end', () => {
  it('[ENG-20] is cut at the limit, and the next goes on there', async () => {
    const events = await run([silence(640), tone(LOW, 12_000), silence(800)], {
      options: { maxUtteranceMs: 5000 },
    });
    const [first, second] = finals(events);
    expect(first).toMatchObject({ startSample: 20 * 512, endSample: 20 * 512 + 157 * 512 });
    expect(second?.startSample).toBe(first?.endSample);
    expect(finals(events)).toHaveLength(3);
  });

  it('[ENG-20] is cut at a pause of its last fifth instead', async () => {
    const audio = [silence(640), tone(LOW, 4200), silence(160), tone(HIGH, 3000), silence(800)];
    const [first] = finals(await run(audio, { options: { maxUtteranceMs: 5000 } }));
    expect(first?.text).toBe('low');
    const cutMs = (first?.commitSample ?? 0) / 16;
    expect(cutMs).toBeGreaterThanOrEqual(640 + 4200);
    expect(cutMs).toBeLessThanOrEqual(640 + 4200 + 64);
  });
});

describe('without the detector', () => {
  const off = { vad: false } as const;

  it('[ENG-21] the stream is one utterance whose words say where it lies', async () => {
    const events = await run(twoWords, { options: off });
    expect(outline(events)).toEqual(['~low', '~low high', 'low high', 'ended']);
    const [final] = finals(events);
    expect(final?.startSample).toBe(final?.words[0]?.startSample);
    expect(final?.endSample).toBe(final?.words[1]?.endSample);
  });

  it('[ENG-21] it is cut by a flush, an end and the limit only', async () => {
    const flush = { atSample: 16 * 1500, control: { type: 'flush' } } as const;
    const texts = async (more: Partial<SessionRun>): Promise<readonly string[]> =>
      finals(await run(twoWords, more)).map(({ text }) => text);
    expect(await texts({ options: off, controls: [flush] })).toEqual(['low', 'high']);
    expect(await texts({ options: { ...off, maxUtteranceMs: 2000 } })).toEqual(['low', 'high']);
  });
});

describe('faults', () => {
  const parts = [silence(640), tone(LOW, WORD_MS, 0.1), tone(HIGH, WORD_MS, 0.9), silence(800)];
  const next = [tone(LOW, WORD_MS), silence(800)];

  it('[ENG-26] values that are not numbers lose the utterance, and the next one is heard', async () => {
    const recogniser = createScriptedRecogniser({ onLoud: 'nan' });
    const models = { recogniser, speechModel: createLevelDetector(), mel: recogniser.mel };
    const events = await runSession(models, { audio: joined([...parts, ...next]) });
    const fault = events.find((event) => event.type === 'fault');
    expect(fault).toMatchObject({
      code: 'asr_failed',
      message: expect.stringContaining('not numbers') as string,
    });
    expect(outline(events).slice(0, 4)).toEqual(['speech-start', '~low', 'speech-end', 'fault']);
    expect(outline(events).slice(-4)).toEqual(['~low', 'speech-end', 'low', 'ended']);
    expect(finals(events).at(-1)?.startSample).toBe(16 * 2400);
  });

  it('[ENG-26] a detector without numbers is a fault too, and its state is dropped', async () => {
    const recogniser = createScriptedRecogniser();
    const level = createLevelDetector();
    let asked = 0;
    const speechModel: SpeechModel = {
      score: async (items) => {
        asked++;
        const [state] = items.map((item) => item.state) as [Float32Array];
        const broken = asked === 12 || Number.isNaN(state[0]);
        state[0] = broken ? Number.NaN : 1;
        const scores = await level.score(items);
        return broken ? scores.map((each) => each.fill(Number.NaN)) : scores;
      },
    };
    const events = await runSession(
      { recogniser, speechModel, mel: recogniser.mel },
      { audio: joined(twoWords) },
    );
    expect(outline(events)).toEqual([
      ...['speech-start', '~low', 'speech-end', 'fault'],
      ...['speech-start', '~high', 'speech-end', 'high'],
      'ended',
    ]);
  });
});

it('[ENG-12] any split of the same audio and controls gives the same events', async () => {
  const audio = joined([...twoWords, tone(LOW, 3000), silence(1500), tone(HIGH, 200), silence(300)]);
  const kinds = fc.constantFrom('flush', 'clear');
  const controls = fc.array(fc.tuple(fc.nat(audio.length), kinds), { maxLength: 3 });
  const lengths = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lengths, controls, fc.boolean(), async (pushSamples, raw, vad) => {
      const same = {
        audio,
        options: { vad, maxUtteranceMs: 2500 },
        controls: raw
          .toSorted(([a], [b]) => a - b)
          .map(([atSample, type]) => ({ atSample, control: { type } })),
      };
      expect(await runSession(scripted(), { ...same, pushSamples })).toEqual(
        await runSession(scripted(), same),
      );
    }),
    { seed: 7, numRuns: 25 },
  );
}, 20_000);
