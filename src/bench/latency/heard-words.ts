/**
 * When each word of the finals was first shown, shown to stay, and made final. Pure.
 *
 * A message is read as what a viewer has before him: all finals so far, and behind them the text that may change. A
 * word is in a message when aligning the message's own words with what became final finds it, so a word that is
 * inserted or taken out before it does not count as a change of it.
 */
import { alignWords } from '../wer.ts';
import type { LoggedResult } from './session-log.ts';
import { wordKeys } from './word-keys.ts';

export interface HeardWord {
  readonly key: string;
  /** The first message with it; the first from which on no message lacked it; the final with it. */
  readonly first: LoggedResult;
  readonly stable: LoggedResult;
  readonly final: LoggedResult;
  readonly isLastOfFinal: boolean;
}

/** Words of a final beyond those that a text has: what it may have lost in between. */
const SLACK_WORDS = 8;

interface Seen {
  first: LoggedResult;
  /** Undefined while the newest message lacks it. */
  stable: LoggedResult | undefined;
}

/** All words of all finals in order, for the results of one session in the order in which they came. */
export function heardWords(results: readonly LoggedResult[]): readonly HeardWord[] {
  const keysOf = (result: LoggedResult): readonly string[] => (result.isFinal ? wordKeys(result.text) : []);
  const final = results.flatMap(keysOf);
  const heard: HeardWord[] = [];
  let seen = new Map<number, Seen>();
  for (const result of results) {
    const from = heard.length;
    if (!result.isFinal) {
      const shown = wordKeys(result.text);
      note(seen, result, wordsIn(final.slice(from, from + 2 * shown.length + SLACK_WORDS), shown, from));
      continue;
    }
    const keys = keysOf(result);
    for (const [place, key] of keys.entries()) {
      const { first = result, stable = result } = seen.get(from + place) ?? {};
      heard.push({ key, first, stable, final: result, isLastOfFinal: place === keys.length - 1 });
    }
    seen = new Map([...seen].filter(([index]) => index >= heard.length));
  }
  return heard;
}

function note(seen: Map<number, Seen>, result: LoggedResult, present: ReadonlySet<number>): void {
  for (const [index, word] of seen) if (!present.has(index)) word.stable = undefined;
  for (const index of present) {
    const word = seen.get(index);
    if (word === undefined) seen.set(index, { first: result, stable: result });
    else word.stable ??= result;
  }
}

/** Which of `final`, counted from `from`, stand in `shown`: the text is the beginning of what becomes final. */
function wordsIn(final: readonly string[], shown: readonly string[], from: number): ReadonlySet<number> {
  const present = new Set<number>();
  let index = from;
  for (const { kind } of alignWords(final, shown, { start: 0, end: final.length })) {
    if (kind === 'match') present.add(index);
    if (kind !== 'ins') index += 1;
  }
  return present;
}
