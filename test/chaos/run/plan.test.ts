import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../src/base/random.ts';
import { delayOf, type Moment } from '../../../src/chaos/run/plan.ts';
import {
  planTrial as plan,
  TRIALS_OF_PROGRAM,
  type TrialIdentity,
} from '../../../src/chaos/run/run-trial.ts';
import { SCENARIOS } from '../../../src/chaos/run/scenario-list.ts';
import { chooseMoment } from '../../../src/chaos/run/scenarios/moments.ts';
import { workerKill } from '../../../src/chaos/run/scenarios/worker.ts';
import { CHUNK_MS, makePrograms } from '../../../src/chaos/run/session-program.ts';

/** The plan with its audio as a sum: comparing a million samples one by one takes seconds. */
function planTrial(trial: TrialIdentity) {
  const { programs, faults } = plan(trial);
  const sum = (pcm: Int16Array) => createHash('sha256').update(pcm).digest('hex');
  return {
    faults,
    programs: programs.map(({ pcm, ...rest }) => ({ ...rest, samples: pcm.length, pcm: sum(pcm) })),
  };
}

const identity = (trial: number, seed = 7) => ({ scenario: workerKill, seed, sessions: 3, trial });

describe('the plan of a trial', () => {
  it('[RUN-1] follows from scenario, seed, sessions and number alone', () => {
    expect(planTrial(identity(12))).toEqual(planTrial(identity(12)));
    expect(planTrial(identity(12)).faults).not.toEqual(planTrial(identity(13)).faults);
    expect(planTrial(identity(12)).programs).not.toEqual(planTrial(identity(12, 8)).programs);
  });

  it('[RUN-2] says the same in ten trials', () => {
    const { programs } = planTrial(identity(TRIALS_OF_PROGRAM));
    expect(planTrial(identity(2 * TRIALS_OF_PROGRAM - 1)).programs).toEqual(programs);
    expect(planTrial(identity(2 * TRIALS_OF_PROGRAM)).programs).not.toEqual(programs);
  });

  it('[RUN-3] says flush where no word is, also as an engine cuts it', () => {
    for (let trial = 0; trial < 100; trial += TRIALS_OF_PROGRAM) {
      for (const { words, flushSample } of planTrial(identity(trial)).programs) {
        if (flushSample === undefined) continue;
        expect(flushSample % ((16_000 * CHUNK_MS) / 1000)).toBe(0);
        const cuts = [flushSample, Math.floor(flushSample / 512) * 512];
        for (const cut of cuts) {
          expect(words.filter(({ startSample, endSample }) => cut > startSample && cut < endSample)).toEqual(
            [],
          );
        }
      }
    }
  });

  it('[RUN-3] finds each kind of moment about equally often', () => {
    const programs = makePrograms({ shape: { durationMs: 8_000 }, sessions: 4, labels: [1] });
    const random = randomFrom(1);
    const kinds = new Map<string, number>();
    for (let draw = 0; draw < 1000; draw++) {
      const kind = chooseMoment({ random, programs }).label.replace(/ \d+$/, '');
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect([...kinds.keys()].toSorted()).toEqual([
      'after final',
      'before word',
      'during end',
      'during flush',
      'inside word',
    ]);
    expect(Math.min(...kinds.values())).toBeGreaterThan(150);
  });

  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '[RUN-1] of %s has a moment that comes',
    (_name, scenario) => {
      for (let trial = 0; trial < 5; trial++) {
        const { programs, faults } = planTrial({ scenario, seed: 1, sessions: 4, trial });
        expect(faults.length).toBeGreaterThan(0);
        for (const { at } of faults) {
          const program = programs[at.session];
          if (at.on === 'sample') expect(at.sample).toBeLessThan(program?.samples ?? 0);
          if (at.on === 'final') expect(at.nth).toBeLessThanOrEqual(program?.utterances.length ?? 0);
          if (at.on === 'said' && at.what === 'flush') expect(program?.flushSample).toBeDefined();
        }
      }
    },
  );

  it('gives each session words that no other one has, and that process ids cannot be', () => {
    const programs = makePrograms({ shape: { durationMs: 30_000 }, sessions: 40, labels: [1] });
    const ids = programs.flatMap(({ words }) => words.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.min(...ids)).toBeGreaterThan(4_194_304);
  });
});

describe('a moment', () => {
  const within: Moment = { on: 'sample', session: 1, sample: 16_400 };

  it('lies behind the message that was sent last before it', () => {
    expect(delayOf(within, { on: 'sent', session: 1, sample: 14_400 })).toBeUndefined();
    expect(delayOf(within, { on: 'sent', session: 1, sample: 16_000 })).toBe(25);
    expect(delayOf(within, { on: 'sent', session: 1, sample: 17_600 })).toBe(0);
  });

  it('is of one session', () => {
    expect(delayOf(within, { on: 'sent', session: 0, sample: 16_000 })).toBeUndefined();
  });

  it('comes with the final or the word it waits for', () => {
    const final: Moment = { on: 'final', session: 0, nth: 2, delayMs: 5 };
    expect(delayOf(final, { on: 'final', session: 0, nth: 1 })).toBeUndefined();
    expect(delayOf(final, { on: 'final', session: 0, nth: 2 })).toBe(5);
    const end: Moment = { on: 'said', session: 0, what: 'end', delayMs: 3 };
    expect(delayOf(end, { on: 'said', session: 0, what: 'flush' })).toBeUndefined();
    expect(delayOf(end, { on: 'said', session: 0, what: 'end' })).toBe(3);
  });
});
