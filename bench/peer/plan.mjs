/**
 * The cells of the comparison proper and what of it fits into the time there is. Pure.
 *
 * A round measures every arm at every row, the arms of a row one after the other, in the opposite order in every
 * second round: drift of the machine falls on both.
 */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {Partial<Record<'peer' | 'rt-worker' | 'rt-gateway', number>>} streams by arm
 * @property {boolean} isLight few streams, where shorter cells say as much
 */

/**
 * @typedef {object} PairCell
 * @property {string} row
 * @property {'peer' | 'rt-worker' | 'rt-gateway'} arm
 * @property {number} streams
 * @property {number} round
 * @property {number} seconds
 */

/**
 * @typedef {object} Economy
 * @property {number} pairs rounds
 * @property {number} gatewayPairs rounds in which the gateway takes part
 * @property {number} seconds of a cell
 * @property {number} lightSeconds of a cell with few streams
 */

/** From the whole to the least that still is a comparison. @type {readonly Economy[]} */
export const ECONOMIES = [
  { pairs: 5, gatewayPairs: 5, seconds: 60, lightSeconds: 60 },
  { pairs: 5, gatewayPairs: 2, seconds: 60, lightSeconds: 60 },
  { pairs: 5, gatewayPairs: 2, seconds: 60, lightSeconds: 30 },
  { pairs: 5, gatewayPairs: 1, seconds: 60, lightSeconds: 20 },
  { pairs: 3, gatewayPairs: 1, seconds: 60, lightSeconds: 20 },
  { pairs: 2, gatewayPairs: 1, seconds: 30, lightSeconds: 15 },
];

/** The arms that are measured in pairs. */
const PAIRED = ['peer', 'rt-worker', 'rt-gateway'];

/** @type {Economy} */
export const QUICK = { pairs: 2, gatewayPairs: 1, seconds: 15, lightSeconds: 15 };

/**
 * The rows: one and four streams, the peer's limit on both arms, and each arm at its own.
 *
 * @param {Record<'peer' | 'rt-worker' | 'rt-gateway', number>} capacity streams each arm was seen to sustain
 * @returns {Row[]}
 */
export function rowsOf(capacity) {
  const at = (streams) => ({ peer: streams, 'rt-worker': streams, 'rt-gateway': streams });
  const light = [1, 4].map((streams) => ({ name: `${streams}`, streams: at(streams), isLight: true }));
  const limit = { name: 'peer limit', streams: at(capacity.peer), isLight: false };
  return [...light, limit, { name: 'own limit', streams: capacity, isLight: false }].filter(({ streams }) =>
    Object.values(streams).every((count) => count > 0),
  );
}

/**
 * Every cell in the order in which it is measured.
 *
 * @param {readonly Row[]} rows
 * @param {Economy} economy
 * @returns {PairCell[]}
 */
export function pairCells(rows, economy) {
  return Array.from({ length: economy.pairs }, (_, index) => index + 1).flatMap((round) =>
    rows.flatMap((row) => cellsOfRow(row, { round, economy })),
  );
}

function cellsOfRow({ name, streams, isLight }, { round, economy }) {
  const seconds = isLight ? economy.lightSeconds : economy.seconds;
  const arms = PAIRED.filter((arm) => arm !== 'rt-gateway' || round <= economy.gatewayPairs)
    // The peer at its own limit is the row before.
    .filter((arm) => name !== 'own limit' || arm !== 'peer');
  if (round % 2 === 0) arms.reverse();
  return arms.map((arm) => ({ row: name, arm, streams: streams[arm], round, seconds }));
}

/**
 * The fullest economy whose cells fit, or the least one.
 *
 * @param {readonly Row[]} rows
 * @param {{ leftMs: number, overheadMs: number }} time what is left, and what a cell costs beside its seconds
 */
export function economyFor(rows, { leftMs, overheadMs }) {
  const costMs = (economy) =>
    pairCells(rows, economy).reduce((sum, { seconds }) => sum + seconds * 1000 + overheadMs, 0);
  const [least] = ECONOMIES.slice(-1);
  return ECONOMIES.find((economy) => costMs(economy) <= leftMs) ?? least;
}
