import { describe, expect, it } from 'vitest';
import { judgeLink, type LinkActivity } from '../../../src/client/resume/watchdog.ts';

const START_MS = 50_000;
const sending: LinkActivity = {
  unansweredMs: START_MS,
  lastSentMs: START_MS + 9_900,
  lastHeardMs: START_MS - 100,
  hasUnsent: false,
  hasSaidEnd: false,
  pingedMs: undefined,
};
const ended: LinkActivity = { ...sending, hasSaidEnd: true, lastSentMs: START_MS };

describe('a connection', () => {
  it.each<readonly [string, LinkActivity, readonly [number, ReturnType<typeof judgeLink>]]>([
    ['is well for 10 s', sending, [9_999, 'well']],
    ['is dead when audio goes out and nothing comes in', sending, [10_000, 'dead']],
    ['is dead when audio is stuck', { ...sending, lastSentMs: START_MS, hasUnsent: true }, [10_000, 'dead']],
    [
      'is well when one chunk stays without an answer',
      { ...sending, lastSentMs: START_MS },
      [60_000, 'well'],
    ],
    ['is well when all was answered', { ...sending, unansweredMs: undefined }, [60_000, 'well']],
    ['may take its time after the end', ended, [9_999, 'well']],
    ['is asked for a sign of life then', ended, [10_000, 'ping']],
    ['has 10 s for it', { ...ended, pingedMs: START_MS + 10_000 }, [19_999, 'well']],
    ['is dead without one', { ...ended, pingedMs: START_MS + 10_000 }, [20_000, 'dead']],
    [
      'is judged by audio while some is left behind the end',
      { ...sending, hasSaidEnd: true, hasUnsent: true },
      [10_000, 'dead'],
    ],
  ])('[CLI-11] %s', (_title, activity, [sinceMs, expected]) => {
    expect(judgeLink(activity, START_MS + sinceMs)).toBe(expected);
  });
});
