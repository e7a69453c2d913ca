/**
 * How a beacon word carries its id: 24 blocks of a 1 kHz tone, each at one of four amplitudes, two bits a block.
 * Four blocks of header, twelve of the id, eight of its CRC-16.
 *
 * Always true: a piece of a word is not a word. A reader takes the length of a block from the length of the whole
 * burst and demands the header's three changes of level at exactly that distance; in a shorter piece they are too
 * far apart, wherever it was cut. The CRC is for what was pieced together out of two words.
 */

/** One period of the tone; words and blocks are whole periods. */
export const PERIOD_SAMPLES = 16;
/** Blocks of a word. */
export const WORD_BLOCKS = 24;
/** Ids are 0 to this. */
export const MOST_BEACON_ID: number = 2 ** 24 - 1;

/** Amplitude of each level: halves, so that G.711 cannot take one for another. */
const AMPLITUDES = [2500, 5000, 10_000, 20_000] as const;
/**
 * A sample of at least this belongs to a word: above all noise of silence, and of the weakest period only two
 * samples, not adjacent, lie below.
 */
export const LOUD_LEVEL = 512;

export type BeaconLevel = 0 | 1 | 2 | 3;

/** The loudest level comes first: it is what a reader measures the others by. */
const HEADER: readonly BeaconLevel[] = [3, 0, 3, 0];
const ID_BLOCKS = 12;
const CRC_BLOCKS = WORD_BLOCKS - HEADER.length - ID_BLOCKS;

/** The level of each block of the word `id`. */
export function levelsOf(id: number): readonly BeaconLevel[] {
  return [...HEADER, ...toLevels(id, ID_BLOCKS), ...toLevels(crc16(id), CRC_BLOCKS)];
}

/** The id that these blocks carry, or undefined when they are no word. */
export function idOf(levels: readonly BeaconLevel[]): number | undefined {
  if (levels.length !== WORD_BLOCKS || HEADER.some((level, i) => levels[i] !== level)) return undefined;
  const body = levels.slice(HEADER.length);
  const id = toNumber(body.slice(0, ID_BLOCKS));
  return crc16(id) === toNumber(body.slice(ID_BLOCKS)) ? id : undefined;
}

/** One period of the tone; it begins at its peak, so that the first sample of a word is its loudest. */
export function tonePeriod(level: BeaconLevel): Int16Array {
  const amplitude = AMPLITUDES[level];
  return Int16Array.from({ length: PERIOD_SAMPLES }, (_, i) =>
    Math.round(amplitude * Math.cos((2 * Math.PI * i) / PERIOD_SAMPLES)),
  );
}

/** Two bits a block, most significant first. */
function toLevels(value: number, blocks: number): readonly BeaconLevel[] {
  return Array.from({ length: blocks }, (_, i) => ((value >>> (2 * (blocks - 1 - i))) & 3) as BeaconLevel);
}

function toNumber(levels: readonly BeaconLevel[]): number {
  return levels.reduce<number>((value, level) => value * 4 + level, 0);
}

/** CRC-16/CCITT-FALSE of the id's three bytes. */
function crc16(id: number): number {
  let crc = 0xffff;
  for (const byte of [(id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff]) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}
