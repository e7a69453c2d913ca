/** The comparison proper: alternating pairs at every row, and the worker at the capacity it gives itself. */
import { economyFor, pairCells, QUICK, rowsOf } from './plan.mjs';

/** Start of servers, warm-up, connections and end, as the cells before took them in the mean. */
function overheadOf(cells) {
  const known = Object.values(cells).flatMap(({ overheadMs }) => overheadMs ?? []);
  return known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
}

/**
 * @param {import('./measure.mjs').Measure} measure
 * @param {object} options
 * @param {Record<string, number>} options.capacity
 * @param {import('./grid.mjs').PeerSettings} options.settings of the peer
 * @param {import('./state.mjs').State} options.state
 * @param {number} options.leftMs what is left of the budget
 * @param {boolean} options.isQuick
 * @param {(line: string) => void} options.log
 */
export async function measurePairs(measure, { capacity, settings, state, leftMs, isQuick, log }) {
  const rows = rowsOf(capacity);
  // Decided once: a restart has less time left and must ask for the same cells.
  const economy = await state.cell('economy', async () => {
    return isQuick ? QUICK : economyFor(rows, { leftMs, overheadMs: overheadOf(state.cells) });
  });
  log(`pairs: ${JSON.stringify(economy)}`);
  const cells = [];
  for (const cell of pairCells(rows, economy)) {
    cells.push(await measure({ kind: 'pair', settings, ...cell }));
  }
  return { economy, cells };
}

/**
 * The worker at the capacity it measured itself, offered as many streams as it admits.
 *
 * @param {import('./measure.mjs').Measure} measure
 * @param {{ streams: number, settings: import('./grid.mjs').PeerSettings, seconds: number }} options
 *   `streams`: more than it admits; the refused ones are not served and the others are judged
 */
export function measureAuto(measure, { streams, settings, seconds }) {
  return measure({ kind: 'auto', arm: 'rt-worker', streams, settings, seconds, capacity: 'auto' });
}
