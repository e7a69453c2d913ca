import { describe, expect, it } from 'vitest';
import {
  createWhisperRecogniser,
  type WhisperBehaviour,
} from '../../../../src/engine/asr/whisper/whisper-recogniser.ts';
import {
  END,
  favour,
  FIRST_TIMESTAMP,
  JAPANESE,
  NO_SPEECH,
  type Script,
  scriptedWhisper,
  START,
} from './scripted-whisper.ts';

const BEHAVIOUR: WhisperBehaviour = { maxBatch: 4, maxNewTokens: 60, fallbackTemperatures: [0.4, 0.8] };
const [ONE, TWO, THREE] = [0, 1, 2];

/** Two seconds whose first sample names the utterance. */
function utterance(name: number): Float32Array {
  return Float32Array.from({ length: 32_000 }, (_, i) => (i === 0 ? name : 0));
}

/** What was chosen after the prompt of start, language and task. */
function chosen(fed: readonly number[]): readonly number[] {
  return fed.slice(3);
}

/** Says fixed tokens between two timestamps, certain of each. */
function saying(...text: readonly number[]): Script {
  const tokens = [FIRST_TIMESTAMP, ...text, FIRST_TIMESTAMP + 100, END];
  return (_, fed) => favour([fed.length < 3 ? JAPANESE : (tokens[chosen(fed).length] ?? END), 30]);
}

async function recognise(script: Script, items: readonly { name: number; language?: string }[]) {
  const { parts, batches } = scriptedWhisper(script);
  const recogniser = createWhisperRecogniser(parts, BEHAVIOUR);
  const results = await recogniser.recognise(
    items.map(({ name, language = 'en' }) => ({ samples: utterance(name), language })),
  );
  return { results, batches };
}

describe('an utterance', () => {
  it('[ENG-97] without attention has words spread over its segment by length', async () => {
    const { results } = await recognise(saying(ONE, THREE), [{ name: 1 }]);
    expect(results[0]).toMatchObject({
      text: 'one three',
      language: 'en',
      words: [
        { word: 'one', startSample: 0, endSample: 12_000 },
        { word: 'three', startSample: 12_000, endSample: 32_000 },
      ],
    });
    expect(results[0]?.words[0]?.confidence).toBeCloseTo(1, 5);
  });

  it('[ENG-93] asked for by a regional tag is decoded in the language; "auto" asks the model', async () => {
    const fedLanguages = new Set<number | undefined>();
    const script: Script = (name, fed) => {
      if (fed.length > 1) fedLanguages.add(fed[1]);
      return saying(ONE)(name, fed);
    };
    const { results } = await recognise(script, [
      { name: 1, language: 'en-US' },
      { name: 2, language: 'auto' },
      { name: 3, language: 'jv' },
    ]);
    expect(results.map((result) => result?.language)).toEqual(['en', 'ja', 'jv']);
    expect(fedLanguages).toEqual(new Set([START + 1, START + 2, START + 3]));
  });

  it('[ENG-93] in a language the model does not know is refused by name', async () => {
    await expect(recognise(saying(ONE), [{ name: 1, language: 'fr' }])).rejects.toMatchObject({
      code: 'language_unsupported',
      message: expect.stringContaining('fr'),
    });
  });

  it('[ENG-26] that is not made of numbers, or makes none, is undefined; the others are heard', async () => {
    const script: Script = (name, fed) => (name === 2 ? favour([ONE, Number.NaN]) : saying(ONE)(name, fed));
    const { results, batches } = await recognise(script, [{ name: Number.NaN }, { name: 2 }, { name: 3 }]);
    expect(results.map((result) => result?.text)).toEqual([undefined, undefined, 'one']);
    expect(batches).toEqual([2]);
  });

  it('[ENG-95] shorter than a window has no text, longer than 30 s is refused', async () => {
    const { parts, batches } = scriptedWhisper(saying(ONE));
    const recogniser = createWhisperRecogniser(parts, BEHAVIOUR);
    const items = [{ samples: new Float32Array(399), language: 'en' }];
    expect(await recogniser.recognise(items)).toEqual([{ text: '', words: [], tokens: [] }]);
    expect(batches).toEqual([]);
    const long = [{ samples: new Float32Array(recogniser.maxSamples + 1), language: 'en' }];
    await expect(recogniser.recognise(long)).rejects.toMatchObject({ code: 'asr_failed' });
  });
});

describe('an attempt that cannot be right', () => {
  /** One word over and over, with others almost as likely: drawing breaks out, the likeliest never does. */
  const loop: Script = (_, fed) => {
    const at = chosen(fed).length;
    if (at === 0) return favour([FIRST_TIMESTAMP, 30]);
    if (at > 12) return favour([END, 30]);
    return favour([ONE, 2], [TWO, 1.9], [THREE, 1.9], [3, 1.9], [4, 1.9], [5, 1.9], [6, 1.9], [7, 1.9]);
  };

  it('[ENG-98] is decoded again at a higher temperature, alone, and the same every time', async () => {
    const script: Script = (name, fed) => (name === 1 ? saying(ONE)(name, fed) : loop(name, fed));
    const first = await recognise(script, [{ name: 1 }, { name: 2 }]);
    expect(first.results[0]?.text).toBe('one');
    expect(first.results[1]?.guard).toBeUndefined();
    expect(first.batches[0]).toBe(2);
    expect(first.batches.slice(1).every((rows) => rows === 1)).toBe(true);
    expect(first.batches.length).toBeGreaterThan(1);
    const alone = await recognise(script, [{ name: 2 }]);
    expect(alone.results[0]).toEqual(first.results[1]);
  });

  it('[ENG-99] and loops at every temperature is cut to one copy and says so', async () => {
    const endless: Script = (_, fed) => favour([chosen(fed).length === 0 ? FIRST_TIMESTAMP : TWO, 30]);
    const { results, batches } = await recognise(endless, [{ name: 1 }]);
    expect(results[0]).toMatchObject({ text: 'two', guard: 'repetition' });
    expect(batches).toEqual([1, 1, 1]);
  });

  it('[ENG-98] is kept when the next ones are worse', async () => {
    // Every step is a toss-up between eight words: the log-probability is below the limit however one draws.
    const { results, batches } = await recognise(
      (_, fed) => {
        const at = chosen(fed).length;
        if (at === 0) return favour([FIRST_TIMESTAMP, 30]);
        if (at > 8) return favour([END, 30]);
        return favour(...Array.from({ length: 8 }, (_unused, id) => [id, id === at - 1 ? 1.2 : 1] as const));
      },
      [{ name: 1 }],
    );
    expect(batches).toEqual([1, 1, 1]);
    expect(results[0]?.tokens.slice(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(results[0]?.guard).toBeUndefined();
  });

  it('[ENG-88] and comes from silence has no text and is not tried again', async () => {
    const unsure: Script = (_, fed) => {
      if (fed.length === 1) return favour([NO_SPEECH, 5], [START + 1, 2]);
      const at = chosen(fed).length;
      if (at === 0) return favour([FIRST_TIMESTAMP, 30]);
      if (at > 3) return favour([END, 30]);
      return favour(...Array.from({ length: 8 }, (_unused, id) => [id, 0] as const));
    };
    const { results, batches } = await recognise(unsure, [{ name: 1 }]);
    expect(results[0]).toMatchObject({ text: '', words: [], guard: 'no_speech' });
    expect(batches).toEqual([1]);
  });

  it('[ENG-99] stops at the token limit when it neither ends nor loops', async () => {
    const chatter: Script = (_, fed) => {
      const at = chosen(fed).length;
      return favour([at === 0 ? FIRST_TIMESTAMP : (at * at + Math.floor(at / 7)) % 8, 30]);
    };
    const { results } = await recognise(chatter, [{ name: 1 }]);
    expect(results[0]?.tokens).toHaveLength(BEHAVIOUR.maxNewTokens);
    expect(results[0]?.words.at(-1)?.endSample).toBe(32_000);
  });
});
