/** Tokens that make no text but say something: the turn is over, or the language heard. */
import type { Vocabulary } from './vocabulary.ts';

export interface SpecialTokens {
  /** `<EOU>`: the speaker is done. `<EOB>`, the end of a backchannel ("mhm"), ends no turn. */
  readonly turnEndIds: ReadonlySet<number>;
  /** BCP 47 tag of a language token (`<en-US>`). */
  language(id: number): string | undefined;
}

const TURN_END = 'EOU';
const LANGUAGE_TAG = /^[a-z]{2,3}-[A-Z]{2}$/;

export function findSpecialTokens(vocabulary: Vocabulary): SpecialTokens {
  const turnEndIds = new Set<number>();
  const languages = new Map<number, string>();
  for (let id = 0; id < vocabulary.size; id++) {
    const special = vocabulary.special(id);
    if (special === TURN_END) turnEndIds.add(id);
    else if (special !== undefined && LANGUAGE_TAG.test(special)) languages.set(id, special);
  }
  return { turnEndIds, language: (id) => languages.get(id) };
}
