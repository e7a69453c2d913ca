/** Streams each arm sustains: found by short steps, then held for the whole time of the definition. */
import { climb } from './tune.mjs';

/** The last one says what of the difference is silence that rt does not recognise. */
const ARMS = ['peer', 'rt-worker', 'rt-gateway', 'rt-worker-no-vad'];

/** A load that did not hold for the whole time is offered 4 % less, this often at the most. */
const TRIES = 5;
const LESS = 0.96;

/**
 * @param {import('./measure.mjs').Measure} measure
 * @param {{ tuned: import('./tune.mjs').Tuned, seconds: number, log: (line: string) => void }} options
 * @returns {Promise<Record<'peer' | 'rt-worker' | 'rt-gateway' | 'rt-worker-no-vad', number>>} 0 for an arm that sustained nothing
 */
export async function findCapacities(measure, { tuned, seconds, log }) {
  const found = {};
  for (const arm of ARMS) {
    const { settings } = tuned;
    const start = arm === 'peer' ? tuned.streams : (found['rt-worker'] ?? tuned.streams);
    const short = arm === 'peer' ? tuned.streams : await climb(measure, { arm, settings, start: start || 1 });
    found[arm] = await holdLong(measure, { arm, settings, streams: short, seconds });
    log(`${arm} sustains ${found[arm]} streams for ${seconds} s (${short} in short steps)`);
  }
  return found;
}

async function holdLong(measure, { arm, settings, streams, seconds }) {
  let offered = streams;
  for (let left = TRIES; left > 0 && offered > 0; left--) {
    const { isHeld } = await measure({ kind: 'hold', arm, streams: offered, settings, seconds });
    if (isHeld) return offered;
    offered = Math.min(offered - 1, Math.floor(offered * LESS));
  }
  return 0;
}
