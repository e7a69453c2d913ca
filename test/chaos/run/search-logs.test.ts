import { describe, expect, it } from 'vitest';
import { canariesOf, searchLog } from '../../../src/chaos/run/search-logs.ts';
import { at, BEGIN, event, WORDS } from '../check/sample-history.ts';
import type { ServerMessage } from '../../../src/protocol/server-messages.ts';

const TOKEN = 'r1.sess_0123456789ab.1.RvW-x_y';
const CANARIES = new Set(
  canariesOf([
    ...at('c0', 0, { op: 'truth', words: WORDS }),
    ...at('c0', 1, event({ ...BEGIN, resume_token: TOKEN } as ServerMessage)),
  ]),
);

describe('what must be in no log', () => {
  it.each([
    ['{"text":"5000001 5000002"}', 1],
    ['{"msg":"said 5000003."}', 1],
    [`{"url":"/stream?token=${TOKEN}"}`, 1],
    ['{"time":15000001,"rssBytes":50000010}', 0],
    ['{"session":"sess_0123456789ab","pid":5000004}', 0],
  ])('[CHK-18] in %s is found %i times', (text, matches) => {
    expect(searchLog({ path: 'w.log', text: `{"msg":"ready"}\n${text}\n` }, CANARIES)).toMatchObject({
      path: 'w.log',
      matches,
      lines: matches === 0 ? [] : [2],
    });
  });
});
