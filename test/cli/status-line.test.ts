import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/base/display-width.ts';
import { NO_FIGURES } from '../../src/cli/live-view.ts';
import { levelText, type StatusLine, statusLine } from '../../src/cli/status-line.ts';

const figures = {
  sentS: 42,
  decodedS: 41.9,
  gateway: 'ws://gateway-1:8000',
  finalP95Ms: 402.4,
  level: undefined,
};
const call = { figures, title: 'call.wav', totalS: 190, columns: 120, ascii: false };

const show = (changes: Partial<StatusLine>): string => statusLine({ ...call, ...changes });

describe('statusLine', () => {
  it('[STR-5] says what, how far, where and how fast', () => {
    expect(show({})).toBe(
      '● call.wav · 0:42 / 3:10 ━━━╺─────────── 22%   gateway-1:8000   lag 0.1 s   final p95 402 ms',
    );
    expect(show({ ascii: true })).toBe(
      '* call.wav - 0:42 / 3:10 [===            ] 22%   gateway-1:8000   lag 0.1 s   final p95 402 ms',
    );
  });

  it('[STR-6] leaves out what matters least where there is less room, down to the time', () => {
    expect(show({ columns: 80 })).toBe(
      '● call.wav · 0:42 / 3:10 ━━━╺─────────── 22%   lag 0.1 s   final p95 402 ms',
    );
    expect(show({ columns: 40 })).toBe('● call.wav · 0:42 / 3:10 22%   lag 0.1 s');
    expect(show({ columns: 24 })).toBe('● 0:42 / 3:10 22%');
    expect(show({ columns: 7 })).toBe('● 0:42');
    expect(show({ columns: 4 })).toBe('0:42');
    for (let columns = 1; columns < 120; columns++)
      expect(displayWidth(show({ columns }))).toBeLessThanOrEqual(columns);
  });

  it('leaves out what is not known', () => {
    expect(statusLine({ ...call, title: undefined, figures: NO_FIGURES })).toBe('');
    expect(show({ totalS: undefined, figures: { ...NO_FIGURES, sentS: 3 } })).toBe('● call.wav · 0:03');
  });

  it('shortens the name of a file', () => {
    expect(
      show({ title: '長い名前'.repeat(20), figures: { ...NO_FIGURES, sentS: 3 }, totalS: undefined }),
    ).toBe(`● ${'長い名前'.repeat(3)}長い名… · 0:03`);
  });

  it('never says that a stream is more than through', () => {
    expect(show({ figures: { ...figures, sentS: 400 } })).toContain('100%');
  });
});

describe('levelText', () => {
  it('[STR-11] is a bar for the mean, a mark and a number for the peak', () => {
    expect(levelText({ peakDb: -18, rmsDb: -30 }, false)).toBe('██████·▏···· -18 dB');
    expect(levelText({ peakDb: -18, rmsDb: -30 }, true)).toBe('######.|.... -18 dB');
    expect(levelText({ peakDb: 0, rmsDb: 0 }, true)).toBe('############   0 dB');
    expect(levelText({ peakDb: -96, rmsDb: -96 }, true)).toBe('............ silent');
  });
});
