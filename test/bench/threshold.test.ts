import { describe, expect, it } from 'vitest';
import { isKept, parseThreshold } from '../../src/bench/threshold.ts';
import { RtError } from '../../src/base/errors.ts';

describe('a threshold', () => {
  it('[BEN-16] is a metric, a comparison and a number', () => {
    expect(parseThreshold(' resp_lag_p99_9 <= 12.5 ')).toEqual({
      text: 'resp_lag_p99_9 <= 12.5',
      metric: 'resp_lag_p99_9',
      comparison: '<=',
      limit: 12.5,
    });
    expect(parseThreshold('errors==0')).toMatchObject({ metric: 'errors', comparison: '==', limit: 0 });
  });

  it.each([
    '',
    'resp_lag_p95',
    'resp_lag_p95<=',
    'resp_lag_p95<=-1',
    'resp_lag_p95 160',
    '<=160',
    'resp_lag_p95<=1e3',
  ])('[BEN-16] is not %j', (text) => {
    expect(() => parseThreshold(text)).toThrow(RtError);
  });

  it('[BEN-16] names the metrics there are when it asks for another', () => {
    const fault = refusalOf('latency_p95<=1');
    expect(fault.message).toContain('"latency_p95"');
    expect(fault.hint).toContain('resp_lag');
    expect(refusalOf('resp_lag_p97<=1').code).toBe('usage');
  });

  it.each([
    ['wer<=0.1', 0.1, true],
    ['wer<0.1', 0.1, false],
    ['goodput>=4', 4, true],
    ['goodput>4', 4, false],
    ['errors==0', 1, false],
    ['errors==0', 0, true],
  ])('%s of %d is kept: %s', (text, value, expected) => {
    expect(isKept(parseThreshold(text), value)).toBe(expected);
  });

  it('[BEN-16] is not kept by what was not measured', () => {
    expect(isKept(parseThreshold('wer<=1'), null)).toBe(false);
  });
});

function refusalOf(text: string): RtError {
  try {
    parseThreshold(text);
  } catch (error) {
    if (error instanceof RtError) return error;
  }
  throw new Error('it was taken');
}
