import { describe, expect, it } from 'vitest';
import { hasSecret, maskSecrets } from '../../src/config/secrets.ts';

describe('secrets in text', () => {
  it.each([
    ['redis://app:s3cret@h:6379/0', 'redis://app:#@h:6379/0'],
    ['redis://:s3cr@t@h', 'redis://:#@h'],
    [
      'redis+sentinel://u:pw@a,b/main?sentinelPassword=other',
      'redis+sentinel://u:#@a,b/main?sentinelPassword=#',
    ],
    ['wss://h/path?token=abc.def&language=en', 'wss://h/path?token=#&language=en'],
    ['Authorization: Bearer abcdef123', 'Authorization: Bearer #'],
    ['said eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln once', 'said # once'],
  ])('[CFG-8] are masked in %s', (text, masked) => {
    expect(maskSecrets(text, '#')).toBe(masked);
    expect(hasSecret(text)).toBe(true);
  });

  it.each(['redis://app@h:6379', 'ws://127.0.0.1:8000', 'a b c', 'user@example.com', '--token-file x'])(
    '[CFG-8] are not seen in %s',
    (text) => {
      expect(maskSecrets(text, '#')).toBe(text);
    },
  );
});
