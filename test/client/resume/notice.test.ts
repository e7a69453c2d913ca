import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { noticeText } from '../../../src/client/resume/notice.ts';
import { errorMessage } from '../../../src/protocol/close-codes.ts';

const gateway = 'ws://two:8000';

describe('what is told of a lost connection', () => {
  it('[CLI-13] names the cause, the place and the time', () => {
    const close = { code: 1006, reason: '' };
    const error = errorMessage(new RtError('no_capacity', 'Every worker is full.'));
    const fault = new RtError('gateway_unreachable', 'nothing listens there');
    expect([
      noticeText({ type: 'lost', ending: { close }, gateway, inMs: 40 }),
      noticeText({
        type: 'try_failed',
        ending: { close: { code: 1013, reason: '' }, error },
        gateway,
        inMs: 1_000,
      }),
      noticeText({ type: 'try_failed', ending: { fault }, gateway, inMs: 250 }),
      noticeText({
        type: 'try_failed',
        ending: { close: { code: 1012, reason: 'restart' } },
        gateway,
        inMs: 0,
      }),
    ]).toEqual([
      'Connection lost (close code 1006); going on at ws://two:8000 in 0.0 s.',
      'Not resumed (no_capacity: Every worker is full.); next try at ws://two:8000 in 1.0 s.',
      'Not resumed (nothing listens there); next try at ws://two:8000 in 0.3 s.',
      'Not resumed (close code 1012: restart); next try at ws://two:8000 in 0.0 s.',
    ]);
  });

  it('[CLI-13] says whether anything is lost', () => {
    const resumed = { type: 'resumed', gateway, afterMs: 1_240 } as const;
    expect(noticeText({ ...resumed, isComplete: true })).toBe(
      'Resumed at ws://two:8000 after 1.2 s, nothing lost.',
    );
    expect(noticeText({ ...resumed, isComplete: false })).toContain('are lost');
    expect(noticeText({ type: 'let_go', heldMs: 540_000 })).toContain('540.0 s');
  });
});
