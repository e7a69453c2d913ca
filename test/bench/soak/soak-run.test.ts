import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../src/bench/measurement.ts';
import { createProgram } from '../../../src/bench/program.ts';
import { runSoak, type SoakOptions, type StoreCount } from '../../../src/bench/soak/soak-run.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createScriptedWire, type Script } from '../scripted-wire.ts';

const program = createProgram([{ name: 'a', samples: new Int16Array(16_000).fill(1), text: undefined }], {
  gapSamples: 0,
  frameSamples: 1600,
});

async function soak(script: Script, changes: Partial<SoakOptions>): Promise<Measurement> {
  const clock = createFakeClock();
  let measured: Measurement | undefined;
  const running = runSoak({
    wire: createScriptedWire(script),
    ...{ program, frameMs: 100, seed: 1, drainMs: 2000, clock, signal: new AbortController().signal },
    ...{ sessions: 3, durationMs: 60_000, lifeMs: { least: 5000, most: 9000 }, settleMs: 20_000 },
    ...{ processes: [], countStore: undefined, voidLatenessMs: 5 },
    ...changes,
  }).then((done) => {
    measured = done;
  });
  while (measured === undefined) await clock.advance(1000);
  await running;
  return measured;
}

/** Counts `counts` one after the other, then the last one for ever. */
function storeOf(...counts: readonly StoreCount[]): () => Promise<StoreCount> {
  const [last] = counts.slice(-1);
  const left = [...counts];
  return () => {
    const next = left.shift() ?? last;
    return next === undefined ? Promise.reject(new Error('no count')) : Promise.resolve(next);
  };
}

const EMPTY: StoreCount = { lastingKeys: 5, sessionLeases: 0, slots: 0 };

describe('a soak', () => {
  it('[BEN-26] lets sessions come and go, and counts failovers that nobody caused', async () => {
    let opened = 0;
    const { figures, whyVoid } = await soak(
      {
        onOpen: ({ handlers }) => {
          opened += 1;
          handlers.onReady(undefined);
          if (opened % 4 === 0) handlers.onWarning('failover');
        },
      },
      {},
    );
    // A minute of three speakers, in sessions of 5 to 9 seconds.
    expect(figures['sessions']).toBeGreaterThan(17);
    expect(figures).toMatchObject({ errors: 0, refused: 0, sessions: opened });
    expect(figures['false_failovers']).toBe(Math.floor(opened / 4));
    expect(whyVoid).toEqual([]);
    // Nobody named a store or a process.
    expect(figures).toMatchObject({
      keys_left: null,
      leases_left: null,
      rss_slope_mb_h: null,
      fds_left: null,
    });
  });

  it('[BEN-25] waits until what was held is free again', async () => {
    const held = { lastingKeys: 9, sessionLeases: 3, slots: 3 };
    const { figures } = await soak({}, { countStore: storeOf(EMPTY, held, held, EMPTY) });
    expect(figures).toMatchObject({ keys_left: 0, leases_left: 0, slots_left: 0 });
  });

  it('[BEN-25] tells what is not free after 20 s', async () => {
    const held = { lastingKeys: 7, sessionLeases: 1, slots: 0 };
    const { figures } = await soak({}, { countStore: storeOf(EMPTY, held) });
    expect(figures).toMatchObject({ keys_left: 2, leases_left: 1, slots_left: 0 });
  });

  it.skipIf(process.platform !== 'linux')('[BEN-24] samples memory every 5 s', async () => {
    const { figures, details } = await soak({}, { processes: [{ name: 'self', pid: process.pid }] });
    const [self] = details['processes'] as readonly { readonly rss_samples: readonly { at_ms: number }[] }[];
    expect(self?.rss_samples.slice(0, 3).map(({ at_ms: atMs }) => atMs)).toEqual([5000, 10_000, 15_000]);
    expect(figures['rss_slope_mb_h']).not.toBeNull();
    expect(figures['processes_lost']).toBe(0);
  });
});
