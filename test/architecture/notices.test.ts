import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderNotices } from '../../scripts/notices.mjs';

it('THIRD-PARTY-NOTICES.md is what `npm run notices` writes', () => {
  expect(readFileSync('THIRD-PARTY-NOTICES.md', 'utf8') === renderNotices()).toBe(true);
});
