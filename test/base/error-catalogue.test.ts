import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, lookUpError, whatToDo } from '../../src/base/error-catalogue.ts';
import { RtError } from '../../src/base/errors.ts';

const EXIT_CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 99, 130];

describe('the error catalogue', () => {
  it('gives every code its own number', () => {
    const refs = Object.values(ERROR_CATALOGUE).map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs.filter((ref) => !/^RT\d{4}$/.test(ref))).toEqual([]);
  });

  it('uses the exit codes of the command line and no other', () => {
    const used = new Set(Object.values(ERROR_CATALOGUE).map(({ exitCode }) => exitCode));
    expect([...used].sort((a, b) => a - b)).toEqual(EXIT_CODES);
  });

  it.each([
    ['no_capacity', 'RT1013', 6],
    ['redis_unreachable', 'RT5001', 5],
    ['gateway_unreachable', 'RT5002', 5],
    ['unauthenticated', 'RT4001', 4],
    ['invalid_parameters', 'RT4400', 2],
    ['invalid_audio', 'RT7003', 7],
    ['config_invalid', 'RT2002', 3],
    ['session_failed', 'RT8003', 8],
    ['internal_error', 'RT9001', 1],
  ] as const)('%s is %s and exits with %d', (code, ref, exitCode) => {
    expect(ERROR_CATALOGUE[code]).toMatchObject({ ref, exitCode });
  });

  it('explains and advises in whole sentences', () => {
    const entries = Object.entries(ERROR_CATALOGUE);
    const isSentence = (text: string): boolean => /^[A-Z].{10,}[.]$/.test(text);
    expect(entries.filter(([, entry]) => !isSentence(entry.explanation)).map(([code]) => code)).toEqual([]);
    expect(entries.filter(([, entry]) => !isSentence(entry.whatToDo)).map(([code]) => code)).toEqual([]);
  });

  it.each(['RT5001', 'rt5001', '5001', 'redis_unreachable', ' REDIS_UNREACHABLE '])('finds %j', (key) => {
    expect(lookUpError(key)?.code).toBe('redis_unreachable');
  });

  it.each(['', 'RT', 'RT0000', '500', 'toString'])('does not find %j', (key) => {
    expect(lookUpError(key)).toBeUndefined();
  });

  it('prefers the hint of the error at hand', () => {
    expect(whatToDo(new RtError('usage', 'x', { hint: 'Do this.' }))).toBe('Do this.');
    expect(whatToDo(new RtError('usage', 'x'))).toBe('Run the command with --help.');
  });
});
