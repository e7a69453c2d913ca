/**
 * Whisper's language tokens as BCP 47 tags. Its codes are mostly ISO 639-1 and partly outdated (`jw` for
 * Javanese), so both sides are compared in canonical form: `en-US` asks for `en`, `nb` for `no`.
 */

/** What clients ask for and Whisper has under the language that includes it. */
const INCLUDED_IN: Readonly<Record<string, string>> = { nb: 'no' };

/** The language of a tag in canonical form, without region and script; undefined when it is no tag. */
export function primaryLanguage(tag: string): string | undefined {
  try {
    const { language } = new Intl.Locale(tag.replaceAll('_', '-'));
    return INCLUDED_IN[language] ?? language;
  } catch {
    return undefined;
  }
}

/** Ids of the language tokens (`<|en|>`) of a vocabulary, by primary language. */
export function languageTokens(specials: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const languages = new Map<string, number>();
  for (const [content, id] of specials) {
    const code = /^<\|([a-z]{2,3})\|>$/.exec(content)?.[1];
    const language = code === undefined ? undefined : primaryLanguage(code);
    if (language !== undefined) languages.set(language, id);
  }
  return languages;
}

/** Languages written without spaces: each character is a word. */
const UNSPACED: ReadonlySet<string> = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

export function hasSpaces(language: string): boolean {
  return !UNSPACED.has(language);
}
