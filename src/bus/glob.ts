/** Redis channel patterns (`*`, `?`, `[a-c]`, `\x`) for the bus that has no Redis. */

/** A test that says what PSUBSCRIBE with this pattern would deliver. */
export function globMatcher(pattern: string): (channel: string) => boolean {
  const tokens = pattern.match(/\\[\s\S]|\[[^\]]*\]|[\s\S]/g) ?? [];
  const expression = new RegExp(`^${tokens.map(translate).join('')}$`);
  return (channel) => expression.test(channel);
}

function translate(token: string): string {
  if (token === '*') return '[\\s\\S]*';
  if (token === '?') return '[\\s\\S]';
  if (token === '[]') return '(?!)';
  if (token.length > 2) return `[${token.slice(1, -1).replace(/[\\[]/g, '\\$&')}]`;
  return (token.at(-1) ?? '').replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
