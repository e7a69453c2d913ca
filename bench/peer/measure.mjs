/**
 * Measures a cell once: from the state when it is there, else in a namespace, a second time when it was void.
 *
 * A cell that is void twice stays void: it is told as such and never counts for or against an arm.
 */
import { measureCell } from './cell.mjs';
import { labelOf } from './grid.mjs';
import { figuresOf } from './measured.mjs';

const SHORT_WARMUP_S = 3;

/**
 * @typedef {object} Wanted
 * @property {'probe' | 'step' | 'hold' | 'pair' | 'auto'} kind what it is measured for
 * @property {'peer' | 'rt-worker' | 'rt-gateway' | 'rt-worker-no-vad'} arm
 * @property {number} streams
 * @property {import('./grid.mjs').PeerSettings} settings
 * @property {number} [seconds] of a short step without it
 * @property {number} [round]
 * @property {string} [row]
 * @property {number | 'auto'} [capacity]
 */

/**
 * @typedef {import('./measured.mjs').Figures & Wanted & { attempts: number, overheadMs: number }} Cell
 *   `overheadMs`: what one attempt took beside its measured seconds
 */

/** @typedef {(wanted: Wanted) => Promise<Cell>} Measure */

/**
 * @param {{ state: import('./state.mjs').State, base: object, shortSeconds: number, run?: typeof measureCell,
 *   log: (line: string) => void }} parts `base`: what all cells share of a CellSpec
 * @returns {Measure}
 */
export function createMeasure({ state, base, shortSeconds, log, run = measureCell }) {
  return (wanted) =>
    state.cell(keyOf(wanted, shortSeconds), async () => {
      const startMs = performance.now();
      const spec = specOf(wanted, { base, shortSeconds });
      let figures = figuresOf((await run(spec)).load);
      let attempts = 1;
      if (figures.voidReason !== undefined) {
        log(`void: ${figures.voidReason}; once more`);
        figures = figuresOf((await run(spec)).load);
        attempts = 2;
      }
      log(`${spec.arm} ${spec.streams} streams: p50 ${figures.p50Ms} p95 ${figures.p95Ms} ms`);
      const overheadMs = (performance.now() - startMs) / attempts - spec.seconds * 1000;
      return { ...wanted, ...figures, attempts, overheadMs };
    });
}

/** @param {Wanted} wanted */
function keyOf({ kind, arm, streams, settings, seconds, round, row }, shortSeconds) {
  const parts = [kind, row, round, arm, arm === 'peer' ? labelOf(settings) : undefined, streams];
  return [...parts, `${seconds ?? shortSeconds}s`].filter((part) => part !== undefined).join('/');
}

function specOf({ arm, streams, settings, seconds, capacity }, { base, shortSeconds }) {
  const isWithoutVad = arm === 'rt-worker-no-vad';
  return {
    ...base,
    arm: isWithoutVad ? 'rt-worker' : arm,
    streams,
    settings,
    seconds: seconds ?? shortSeconds,
    warmupS: seconds === undefined ? SHORT_WARMUP_S : base.warmupS,
    // Far above anything that is offered: the promise is what ends a ladder, not admission.
    capacity: capacity ?? 10_000,
    loadArgs: [...base.loadArgs, ...(isWithoutVad ? ['--no-vad'] : [])],
  };
}
