import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHypothesis, type Hypothesis } from '../../../../src/engine/asr/hypothesis.ts';
import { findSpecialTokens } from '../../../../src/engine/asr/special-tokens.ts';
import type { DecoderItem } from '../../../../src/engine/asr/streaming/frame-decoder.ts';
import { decodeGreedy } from '../../../../src/engine/asr/transducer/greedy-decode.ts';
import type { Joint } from '../../../../src/engine/asr/transducer/joint.ts';
import type { TransducerRules } from '../../../../src/engine/asr/transducer/greedy-scan.ts';
import {
  createTransducerDecoder,
  type TransducerState,
} from '../../../../src/engine/asr/transducer/transducer-decoder.ts';
import { createVocabulary } from '../../../../src/engine/asr/vocabulary.ts';
import {
  createScriptedJoint,
  encodeValues,
  type History,
  type JointScript,
  scriptedScores,
} from '../../../support/scripted-joint.ts';

const VOCABULARY = createVocabulary(['\u2581a', 'b', '<EOU>', '<EOB>', '<en-US>']);
const CLASSES = VOCABULARY.size + 1;
const SPECIAL = findSpecialTokens(VOCABULARY);
const EOU = 2;

interface Said {
  readonly id: number;
  readonly frame: number;
  readonly frames?: number;
}

/** Greedy search written down frame by frame, straight from its definition. */
function reference(script: JointScript, rules: TransducerRules, values: readonly number[]): readonly Said[] {
  const said: Said[] = [];
  let history: History = [];
  let time = 0;
  let atTime = 0;
  while (time < values.length) {
    const scores = [...scriptedScores(script, values[time]!, history)];
    const tokens = scores.slice(0, CLASSES);
    const lengths = scores.slice(CLASSES);
    const id = tokens.indexOf(Math.max(...tokens));
    const length = rules.durations[lengths.indexOf(Math.max(...lengths))];
    let step = length ?? (id === rules.blankId ? 1 : 0);
    if (id === rules.blankId) {
      if (step === 0) step = 1;
    } else {
      said.push({ id, frame: time, ...(length === undefined ? {} : { frames: length }) });
      history = id === EOU ? [] : [...history, id];
      atTime += 1;
      if (step === 0 && atTime === rules.maxSymbols) step = 1;
    }
    if (step > 0) atTime = 0;
    time += step;
  }
  return said;
}

const scripts = fc
  .record({
    seed: fc.nat(),
    isTdt: fc.boolean(),
    blankBias: fc.constantFrom(-2, 0, 1, 3),
    maxBatch: fc.integer({ min: 1, max: 4 }),
    fixedFrames: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    maxSymbols: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ isTdt, maxSymbols, ...script }) => ({
    script: { ...script, classes: CLASSES, durations: isTdt ? 5 : 0 },
    rules: {
      classes: CLASSES,
      blankId: VOCABULARY.blankId,
      durations: isTdt ? [0, 1, 2, 3, 4] : [],
      maxSymbols,
    },
  }));
const values = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 40 });

function openItem(state: TransducerState<History>): DecoderItem<TransducerState<History>> {
  return { state, hypothesis: createHypothesis() };
}

function saidBy({ tokens }: Hypothesis): readonly Said[] {
  return tokens.map(({ confidence: _, ...said }) => said);
}

describe('greedy transducer decoding', () => {
  it('[ENG-60] [ENG-61] finds what the definition says, however the frames are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, values, fc.array(fc.nat(40), { maxLength: 8 }), async (setup, all, cuts) => {
        const decoder = createTransducerDecoder({
          joint: createScriptedJoint(setup.script),
          rules: setup.rules,
          special: SPECIAL,
        });
        const item = openItem(decoder.createState());
        const edges = [0, ...[...new Set(cuts)].filter((cut) => cut > 0 && cut < all.length), all.length];
        edges.sort((a, b) => a - b);
        for (let i = 1; i < edges.length; i++) {
          const chunk = all.slice(edges[i - 1], edges[i]);
          expect(await decoder.decode([item], encodeValues([chunk], i % 2 === 0))).toEqual([true]);
        }
        expect(saidBy(item.hypothesis)).toEqual(reference(setup.script, setup.rules, all));
        expect(item.hypothesis.frames).toBe(all.length);
      }),
      { seed: 60, numRuns: 400 },
    );
  });

  it('[ENG-62] gives each stream of a batch what it would get alone', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.array(values, { minLength: 1, maxLength: 6 }), async (setup, rows) => {
        const joint = createScriptedJoint(setup.script);
        const rules = { ...setup.rules, resetIds: SPECIAL.turnEndIds };
        const outcomes = await decodeGreedy(joint, rules, {
          encoded: encodeValues(rows, true),
          streams: rows.map((row) => ({ memory: joint.start, skipFrames: 0, frames: row.length })),
        });
        for (const [i, row] of rows.entries()) {
          const said = outcomes[i]?.tokens.map(({ id, frame }) => [id, frame]);
          expect(said).toEqual(reference(setup.script, setup.rules, row).map(({ id, frame }) => [id, frame]));
        }
      }),
      { seed: 62, numRuns: 200 },
    );
  });

  it('[ENG-63] costs a silent chunk one inference, and a chunk with n tokens n more of each network', async () => {
    const quiet = { seed: 1, classes: CLASSES, durations: 0, blankBias: 99 };
    const rules = { classes: CLASSES, blankId: VOCABULARY.blankId, durations: [], maxSymbols: 10 };
    const joint = createScriptedJoint(quiet);
    const decoder = createTransducerDecoder({ joint, rules, special: SPECIAL });
    const items = [0, 1, 2].map(() => openItem(decoder.createState()));
    await decoder.decode(
      items,
      encodeValues(
        [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
        true,
      ),
    );
    expect(joint.calls).toEqual({ score: 1, extend: 0 });

    const talking = createScriptedJoint({ ...quiet, blankBias: 0.5, seed: 5 });
    const other = createTransducerDecoder({ joint: talking, rules, special: SPECIAL });
    const item = openItem(other.createState());
    await other.decode([item], encodeValues([[1, 2, 3, 4, 5, 6]], true));
    const { length } = item.hypothesis.tokens;
    expect(length).toBeGreaterThan(1);
    expect(talking.calls.score).toBeLessThanOrEqual(length + 1);
    expect(talking.calls.extend).toBeLessThanOrEqual(length);
  });

  it('[ENG-64] leaves every stream as it was when an inference fails', async () => {
    const script = { seed: 3, classes: CLASSES, durations: 5, blankBias: 0 };
    const rules = {
      classes: CLASSES,
      blankId: VOCABULARY.blankId,
      durations: [0, 1, 2, 3, 4],
      maxSymbols: 10,
    };
    const chunk = encodeValues(
      [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      true,
    );
    let failAt = 1;
    for (; ; failAt++) {
      const joint = createScriptedJoint({ ...script, failAt });
      const decoder = createTransducerDecoder({ joint, rules, special: SPECIAL });
      const items = [0, 1].map(() => openItem(decoder.createState()));
      const before = structuredClone(items);
      try {
        await decoder.decode(items, chunk);
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: 'asr_failed' });
        expect(items).toEqual(before);
      }
    }
    expect(failAt).toBeGreaterThan(4);
  });

  it('[ENG-26] leaves a stream with a frame that is not a number as it was, and decodes the others', async () => {
    const script = { seed: 8, classes: CLASSES, durations: 0, blankBias: 0 };
    const rules = { classes: CLASSES, blankId: VOCABULARY.blankId, durations: [], maxSymbols: 10 };
    const decoder = createTransducerDecoder({ joint: createScriptedJoint(script), rules, special: SPECIAL });
    const items = [0, 1].map(() => openItem(decoder.createState()));
    const before = structuredClone(items[0]);
    expect(
      await decoder.decode(
        items,
        encodeValues(
          [
            [1, 2, Number.NaN],
            [1, 2, 3],
          ],
          true,
        ),
      ),
    ).toEqual([false, true]);
    expect(items[0]).toEqual(before);
    expect(saidBy(items[1]!.hypothesis)).toEqual(reference(script, rules, [1, 2, 3]));
  });

  it('[ENG-65] tells the end of a turn and the language, which make no text, and counts blanks', async () => {
    const decoder = createTransducerDecoder({
      joint: createDictatedJoint(),
      rules: DICTATED,
      special: SPECIAL,
    });
    const item = openItem(decoder.createState());
    const say = (...ids: readonly number[]): Promise<unknown> =>
      decoder.decode([item], encodeValues([ids.map((id) => id + 1)], true));
    const [a, b, eou, eob, english, blank] = [0, 1, EOU, 3, 4, VOCABULARY.blankId];
    await say(blank, english, a, eob);
    expect(item.hypothesis).toMatchObject({ isTurnOver: false, language: 'en-US', blankRun: 0 });
    await say(b, blank, blank);
    expect(item.hypothesis).toMatchObject({ isTurnOver: false, blankRun: 2, frames: 7 });
    expect(item.state.last.memory).toEqual([english, a, eob, b]);
    await say(eou, a);
    expect(item.hypothesis).toMatchObject({ isTurnOver: true });
    expect(item.state.last.memory).toEqual([a]);
    expect(item.hypothesis.tokens.map(({ id }) => VOCABULARY.piece(id)).join('')).toBe('\u2581ab\u2581a');
  });
});

/** A TDT joint that says what it is told: frame value v is token v − 1, each one frame long. */
function createDictatedJoint(): Joint<History> {
  const scripted = createScriptedJoint({ seed: 0, classes: CLASSES, durations: 1, blankBias: 0 });
  return {
    ...scripted,
    async score(request) {
      const { extend } = await scripted.score(request);
      const data = new Float32Array(request.frames * (CLASSES + 1)).fill(-9);
      for (let f = 0; f < request.frames; f++) {
        const value = request.encoded.data[(request.items[0]?.firstFrame ?? 0) + f] ?? 0;
        data[f * (CLASSES + 1) + value - 1] = 0;
      }
      return { data, extend };
    },
  };
}

const DICTATED = { classes: CLASSES, blankId: VOCABULARY.blankId, durations: [1], maxSymbols: 10 };
