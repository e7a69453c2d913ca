import { expect, it } from 'vitest';
import { createSessionId } from '../../../src/base/ids.ts';
import { isHeld, issueToken, readToken, type ShownToken } from '../../../src/gateway/resume/resume-token.ts';

const session = createSessionId();

it('[RSM-1] is known by its sum alone', () => {
  const { token, sum } = issueToken(session, 3);
  expect(token).not.toContain(sum);
  const shown = readToken(token) as ShownToken;
  expect(shown).toMatchObject({ session, epoch: 3 });
  expect(isHeld(shown, `other ${sum}`)).toBe(true);
  expect(isHeld(shown, 'other')).toBe(false);
  expect(isHeld(shown, undefined)).toBe(false);
  expect(issueToken(session, 3).token).not.toBe(token);
});

it.each([
  '',
  'r1',
  'r1.x.1.y',
  `r2.${session}.1.abc`,
  `r1.${session}.0.abc`,
  `r1.${session}.1.`,
  'x'.repeat(500),
])('[RSM-10] %j was issued by nobody', (token) => {
  expect(readToken(token)).toBeUndefined();
});
