/**
 * From measured cells to the comparison: medians of each arm, their ratio, and the worst pair. Pure.
 *
 * A pair is the cells of two arms in the same row and round. Ratios are rt / peer of times, so below 1 rt is
 * quicker; the worst pair is the greatest of them. Void cells take no part and are counted.
 */

/**
 * @typedef {object} Measured
 * @property {string} [row]
 * @property {string} arm
 * @property {number} [round]
 * @property {number} streams
 * @property {number | null} p50Ms resp_lag; null where no result came
 * @property {number | null} p95Ms
 * @property {boolean} isHeld inside the promise, without an error, not void
 * @property {string | undefined} voidReason
 * @property {number} generatorCpu cores
 * @property {number} latenessP99Ms of the generator
 * @property {number} serverCpu cores
 * @property {number} serverRssMb
 */

/**
 * @typedef {object} Comparison
 * @property {string} row
 * @property {string} arm
 * @property {number} streams
 * @property {number} cells that count
 * @property {number} voids
 * @property {number} held cells inside the promise
 * @property {number | undefined} p50Ms median of the cells
 * @property {number | undefined} p95Ms median of the cells
 * @property {Ratio | undefined} p50Ratio against the peer; undefined for the peer itself and without a pair
 * @property {Ratio | undefined} p95Ratio
 * @property {Cost} cost of all cells, void ones too
 */

/**
 * @typedef {object} Cost
 * @property {number} generatorCpu median @property {number} latenessP99Ms worst
 * @property {number} serverCpu median @property {number} serverRssMb greatest
 */

/** @typedef {{ ofMedians: number, worstPair: number, pairs: number }} Ratio */

/** The middle value, or the mean of the two middle ones. @param {readonly number[]} values */
export function medianOf(values) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * One line for each row and arm, in the order in which they first appear.
 *
 * @param {readonly Measured[]} cells
 * @returns {Comparison[]}
 */
export function compare(cells) {
  const names = [...new Set(cells.map(({ row, arm }) => JSON.stringify([row, arm])))];
  return names.map((name) => {
    const [row, arm] = JSON.parse(name);
    const group = cells.filter((cell) => cell.row === row && cell.arm === arm);
    return compareGroup(group, cells);
  });
}

function compareGroup(group, cells) {
  const [{ row, arm, streams }] = group;
  const valid = group.filter(({ voidReason }) => voidReason === undefined);
  const peers = arm === 'peer' ? [] : cells.filter((cell) => cell.row === row && cell.arm === 'peer');
  return {
    row,
    arm,
    streams,
    cells: valid.length,
    voids: group.length - valid.length,
    held: valid.filter(({ isHeld }) => isHeld).length,
    p50Ms: medianOf(valid.map(({ p50Ms }) => p50Ms ?? Infinity)),
    p95Ms: medianOf(valid.map(({ p95Ms }) => p95Ms ?? Infinity)),
    p50Ratio: ratioOf(valid, peers, 'p50Ms'),
    p95Ratio: ratioOf(valid, peers, 'p95Ms'),
    cost: costOf(group),
  };
}

/** @param {readonly Measured[]} group */
function costOf(group) {
  return {
    generatorCpu: medianOf(group.map(({ generatorCpu }) => generatorCpu)),
    latenessP99Ms: Math.max(...group.map(({ latenessP99Ms }) => latenessP99Ms)),
    serverCpu: medianOf(group.map(({ serverCpu }) => serverCpu)),
    serverRssMb: Math.max(...group.map(({ serverRssMb }) => serverRssMb)),
  };
}

/** @param {'p50Ms' | 'p95Ms'} figure */
function ratioOf(cells, peers, figure) {
  const pairs = cells.flatMap((cell) => {
    const peer = peers.find(({ round, voidReason }) => round === cell.round && voidReason === undefined);
    return peer === undefined ? [] : [{ ours: cell[figure] ?? Infinity, theirs: peer[figure] ?? Infinity }];
  });
  if (pairs.length === 0) return undefined;
  const ours = medianOf(pairs.map((pair) => pair.ours));
  const theirs = medianOf(pairs.map((pair) => pair.theirs));
  return {
    ofMedians: ours / theirs,
    worstPair: Math.max(...pairs.map((pair) => pair.ours / pair.theirs)),
    pairs: pairs.length,
  };
}
