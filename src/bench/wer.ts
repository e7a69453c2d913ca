/** Word error rate: the fewest substitutions, insertions and deletions that turn one text into another. */
import { type Normaliser, rtBasic } from './normalise.ts';

/** One step of an alignment, in order of the texts. */
export type AlignmentStep =
  | { readonly kind: 'match' | 'sub'; readonly ref: string; readonly hyp: string }
  | { readonly kind: 'del'; readonly ref: string }
  | { readonly kind: 'ins'; readonly hyp: string };

export interface WerResult {
  /** (sub + ins + del) / refWords; can exceed 1. An empty reference counts as one word. */
  readonly wer: number;
  readonly sub: number;
  readonly ins: number;
  readonly del: number;
  readonly refWords: number;
  readonly hypWords: number;
  /** Name of the normaliser that made the words. */
  readonly normaliser: string;
  readonly steps: readonly AlignmentStep[];
}

/** Compares what was recognised with what was said. */
export function wordErrorRate(
  reference: string,
  hypothesis: string,
  normaliser: Normaliser = rtBasic,
): WerResult {
  const ref = normaliser.words(reference);
  const hyp = normaliser.words(hypothesis);
  const steps = alignWords(ref, hyp);
  const count = (kind: AlignmentStep['kind']): number => steps.filter((step) => step.kind === kind).length;
  const [sub, ins, del] = [count('sub'), count('ins'), count('del')];
  return {
    wer: (sub + ins + del) / Math.max(1, ref.length),
    sub,
    ins,
    del,
    refWords: ref.length,
    hypWords: hyp.length,
    normaliser: normaliser.name,
    steps,
  };
}

/** Words of the reference that need not have been said: so many at most at its start, and at its end. */
export interface OptionalEnds {
  readonly start: number;
  readonly end: number;
}

/**
 * Aligns two word lists with the fewest edits (Wagner & Fischer 1974). Among equally short alignments
 * one with the most matches is taken, since that is what a reader would call the same words. Optional
 * words that were not said are no steps. Needs ref × hyp bytes.
 */
export function alignWords(
  ref: readonly string[],
  hyp: readonly string[],
  optional: OptionalEnds = { start: 0, end: 0 },
): AlignmentStep[] {
  const width = hyp.length + 1;
  const { moves, costs } = editMoves(ref, hyp, optional.start);
  const steps: AlignmentStep[] = [];
  let i = cheapest(costs, Math.max(0, ref.length - optional.end));
  let j = hyp.length;
  while (j > 0 || i > optional.start) {
    const move = moves[i * width + j];
    if (move === MOVE_DIAGONAL) {
      const [refWord, hypWord] = [ref[--i] ?? '', hyp[--j] ?? ''];
      steps.push({ kind: refWord === hypWord ? 'match' : 'sub', ref: refWord, hyp: hypWord });
    } else if (move === MOVE_DELETE) {
      steps.push({ kind: 'del', ref: ref[--i] ?? '' });
    } else {
      steps.push({ kind: 'ins', hyp: hyp[--j] ?? '' });
    }
  }
  return steps.reverse();
}

const MOVE_INSERT = 0;
const MOVE_DELETE = 1;
const MOVE_DIAGONAL = 2;

/** For each pair of prefixes the last move of a best way there, and what all of `hyp` costs with each prefix of `ref`. */
function editMoves(
  ref: readonly string[],
  hyp: readonly string[],
  optionalStart: number,
): { readonly moves: Uint8Array; readonly costs: Float64Array } {
  const width = hyp.length + 1;
  const moves = new Uint8Array((ref.length + 1) * width);
  const costs = new Float64Array(ref.length + 1);
  // One edit outweighs all the matches there can be, so matches only decide between equals.
  const edit = ref.length + 1;
  let above = Float64Array.from({ length: width }, (_, j) => j * edit);
  let row = new Float64Array(width);
  costs[0] = above[width - 1]!;
  for (let i = 1; i <= ref.length; i++) {
    row[0] = Math.max(0, i - optionalStart) * edit;
    moves[i * width] = MOVE_DELETE;
    for (let j = 1; j < width; j++) {
      const diagonal = above[j - 1]! + (ref[i - 1] === hyp[j - 1] ? -1 : edit);
      const remove = above[j]! + edit;
      const insert = row[j - 1]! + edit;
      const best = Math.min(diagonal, remove, insert);
      row[j] = best;
      moves[i * width + j] = best === diagonal ? MOVE_DIAGONAL : best === remove ? MOVE_DELETE : MOVE_INSERT;
    }
    costs[i] = row[width - 1]!;
    [above, row] = [row, above];
  }
  return { moves, costs };
}

/** The first index from `first` on with the lowest cost. */
function cheapest(costs: Float64Array, first: number): number {
  let best = costs.length - 1;
  for (let i = best - 1; i >= first; i--) if (costs[i]! <= costs[best]!) best = i;
  return best;
}
