import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { createDoor, type Entry, type OverflowPolicy } from '../../../src/gateway/overload/door.ts';
import type { OverloadLevel } from '../../../src/gateway/overload/levels.ts';
import type { WorkerLink } from '../../../src/gateway/worker-link.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const LINK = { workerId: 'w' } as WorkerLink;
const full = new RtError('no_capacity', 'This worker is full', { retryAfterMs: 1 });

function open(parts: { level?: OverloadLevel; type?: OverflowPolicy['type']; random?: number }) {
  const { level = 0, type = 'reject', random = 0 } = parts;
  return createDoor({
    overload: { level },
    policy: { type, queueTimeoutMs: 1000, queueLength: 1 },
    clock: createFakeClock(),
    random: () => random,
  });
}

function entry(model: string, answers: Readonly<Record<string, RtError>>): Entry {
  return {
    model,
    open: (name) => (answers[name] ? Promise.reject(answers[name]) : Promise.resolve(LINK)),
    signal: new AbortController().signal,
  };
}

const refusalOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('the door of a gateway', () => {
  it.each<[OverloadLevel, number, number]>([
    [0, 1000, 3000],
    [1, 1000, 3000],
    [2, 2000, 6000],
    [3, 5000, 15_000],
  ])('[OVL-4] spreads those refused at level %i over %i to %i ms', async (level, min, max) => {
    for (const [random, retryAfterMs] of [
      [0, min],
      [1, max],
    ] as const) {
      const refusal = await refusalOf(open({ level, random }).admit(entry('fast', { fast: full })));
      expect(refusal).toMatchObject({ code: 'no_capacity', message: full.message, retryAfterMs });
    }
  });

  it.each<[OverloadLevel, boolean, boolean]>([
    [0, true, true],
    [1, true, true],
    [2, false, true],
    [3, false, false],
  ])('[OVL-3] at level %i lets in new sessions: %s, resumed ones: %s', (level, isNew, isResumed) => {
    const door = open({ level });
    const isLetIn = (kind: 'new' | 'resumed'): boolean => {
      try {
        door.check(kind);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'no_capacity' });
        return false;
      }
    };
    expect([isLetIn('new'), isLetIn('resumed')]).toEqual([isNew, isResumed]);
  });

  it('[OVL-10] degrades only what has no slot, and only when it may', async () => {
    const other = new RtError('language_unsupported', 'no');
    const degrade = open({ type: 'degrade' });
    expect(await degrade.admit(entry('accurate', {}))).toMatchObject({ model: 'accurate', warnings: [] });
    expect(await degrade.admit(entry('accurate', { accurate: full }))).toMatchObject({ model: 'fast' });
    expect(await refusalOf(degrade.admit(entry('accurate', { accurate: other })))).toBe(other);
    expect(await refusalOf(degrade.admit(entry('accurate', { accurate: full, fast: other })))).toBe(other);
    expect(await refusalOf(open({}).admit(entry('accurate', { accurate: full })))).toMatchObject({
      code: 'no_capacity',
    });
  });

  it('[OVL-8] refuses at once what waiting does not help', async () => {
    const wrong = new RtError('invalid_parameters', 'unknown model');
    const door = open({ type: 'queue' });
    expect(await refusalOf(door.admit(entry('x', { x: wrong })))).toBe(wrong);
    expect(door.waiting).toBe(0);
  });
});
