import { describe, expect, it } from 'vitest';
import { closeEngine, modelRequests } from '../../src/app/engine.ts';
import { silentLogger } from '../../src/base/log.ts';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describe('the models of an engine', () => {
  it('are the bundled one, as fast, when none is named', () => {
    expect(modelRequests([])).toEqual([{ path: BUNDLED_MODEL_PATH, aliases: ['fast'] }]);
  });

  it('are known by the alias given', () => {
    expect(modelRequests([{ path: '/m', alias: 'accurate' }])).toEqual([
      { path: '/m', aliases: ['accurate'] },
    ]);
  });

  it('serve the default of clients when no alias is given at all, and only then', () => {
    expect(modelRequests([{ path: '/a' }, { path: '/b' }]).map(({ aliases }) => aliases)).toEqual([
      ['fast'],
      [],
    ]);
    expect(
      modelRequests([{ path: '/a' }, { path: '/b', alias: 'accurate' }]).map(({ aliases }) => aliases),
    ).toEqual([[], ['accurate']]);
  });
});

describe('closing an engine', () => {
  it('kills the process when its thread hangs, because nothing else ends it', async () => {
    const clock = createFakeClock();
    let kills = 0;
    const parts = { clock, log: silentLogger, kill: () => void (kills += 1) };
    const closed = closeEngine({ close: () => new Promise(() => {}) }, parts);
    await clock.advance(2_900);
    expect(kills).toBe(0);
    await clock.advance(300);
    await closed;
    expect(kills).toBe(1);
  });

  it.each([
    ['ends', () => Promise.resolve()],
    ['fails', () => Promise.reject(new Error('gone'))],
  ])('leaves the process alone when closing %s', async (_, close) => {
    const clock = createFakeClock();
    let kills = 0;
    await closeEngine({ close }, { clock, log: silentLogger, kill: () => void (kills += 1) });
    await clock.advance(10_000);
    expect(kills).toBe(0);
  });
});
