/**
 * Which settings of the peer are probed, and which are best so far. Pure.
 *
 * Of the 3 × 3 × 2 × 4 settings those are tried that the measurements before leave open: threads and batch
 * first, then a second thread in one inference for the best three, then the poll interval for the best two.
 */

/**
 * @typedef {object} PeerSettings
 * @property {number} workThreads threads that compute features and run the model
 * @property {number} maxBatch streams in one inference
 * @property {number} numThreads threads of one inference
 * @property {number} loopIntervalMs time between two looks for streams that are ready
 */

/**
 * @typedef {object} Probe
 * @property {PeerSettings} settings
 * @property {number} p95Ms resp_lag; Infinity for a run with errors or without results
 */

const WORK_THREADS = [1, 2, 3];
const MAX_BATCH = [4, 8, 16];
const LOOP_INTERVALS_MS = [1, 2, 5, 10];

/** The settings the ladder starts from: the best known of machines with two cores. @type {PeerSettings} */
export const FIRST_SETTINGS = { workThreads: 2, maxBatch: 8, numThreads: 1, loopIntervalMs: 10 };

/** @param {PeerSettings} settings */
export function labelOf({ workThreads, maxBatch, numThreads, loopIntervalMs }) {
  return `w${workThreads}-b${maxBatch}-t${numThreads}-i${loopIntervalMs}`;
}

/**
 * The settings a label names.
 *
 * @param {string} label
 * @returns {PeerSettings | undefined} undefined when it is none
 */
export function settingsOf(label) {
  const numbers = /^w(\d+)-b(\d+)-t(\d+)-i(\d+)$/.exec(label)?.slice(1).map(Number);
  if (numbers === undefined) return undefined;
  const [workThreads, maxBatch, numThreads, loopIntervalMs] = numbers;
  return { workThreads, maxBatch, numThreads, loopIntervalMs };
}

/**
 * The best probes, best first.
 *
 * @param {readonly Probe[]} probes
 * @param {number} count
 */
export function bestOf(probes, count) {
  return probes.toSorted((a, b) => a.p95Ms - b.p95Ms).slice(0, count);
}

/**
 * The settings to probe next, given all probes so far; empty at the end.
 *
 * @param {readonly Probe[]} probes
 * @returns {PeerSettings[]}
 */
export function settingsToProbe(probes) {
  const done = new Set(probes.map(({ settings }) => labelOf(settings)));
  for (const stage of [threadsAndBatch, innerThreads, pollIntervals]) {
    const open = stage(probes).filter((settings) => !done.has(labelOf(settings)));
    if (open.length > 0) return open;
  }
  return [];
}

function threadsAndBatch() {
  return WORK_THREADS.flatMap((workThreads) =>
    MAX_BATCH.map((maxBatch) => ({ ...FIRST_SETTINGS, workThreads, maxBatch })),
  );
}

/** Judged by the first stage alone, so that a restart asks for the same three. */
function innerThreads(probes) {
  const first = probes.filter(({ settings }) => settings.numThreads === 1 && isFirstInterval(settings));
  return bestOf(first, 3).map(({ settings }) => ({ ...settings, numThreads: 2 }));
}

function pollIntervals(probes) {
  const slow = probes.filter(({ settings }) => isFirstInterval(settings));
  return bestOf(slow, 2).flatMap(({ settings }) =>
    LOOP_INTERVALS_MS.map((loopIntervalMs) => ({ ...settings, loopIntervalMs })),
  );
}

function isFirstInterval({ loopIntervalMs }) {
  return loopIntervalMs === FIRST_SETTINGS.loopIntervalMs;
}
