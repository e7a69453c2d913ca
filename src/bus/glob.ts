/** Redis channel patterns (`*`, `?`, `[a-c]`, `\x`) for the bus that has no Redis. */

/** A test that says what PSUBSCRIBE with this pattern would deliver. */
export function globMatcher(pattern: string): (channel: string) => boolean {
  const source = pattern.replace(
    /\\(.)|\[(\^?)([^\]]*)\]|[\s\S]/g,
    (token, escaped?: string, not?: string, set?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (set !== undefined) return `[${not}${set.replace(/[\\[\]]/g, '\\$&')}]`;
      if (token === '*') return '[\\s\\S]*';
      if (token === '?') return '[\\s\\S]';
      return literal(token);
    },
  );
  const expression = new RegExp(`^${source}$`);
  return (channel) => expression.test(channel);
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
