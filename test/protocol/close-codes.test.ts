import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/base/error-catalogue.ts';
import { RtError, type WireErrorCode } from '../../src/base/errors.ts';
import {
  CLOSE_CODE,
  errorMessage,
  retryAdvice,
  retryAdviceForClose,
} from '../../src/protocol/close-codes.ts';

const CODES = Object.keys(CLOSE_CODE) as WireErrorCode[];

describe('the table in docs/protocol.md', () => {
  it('[WIRE-40] is the table of the program', () => {
    const text = readFileSync('docs/protocol.md', 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d{4}) .*$/gm)].map(([row]) =>
      row.split('|').slice(1, -1),
    );
    const documented = rows.map((cells) => {
      const [code = '', close, retry, ref, recoverable] = cells.map((cell) => cell.trim());
      return [code.replaceAll('`', ''), Number(close), retry, ref, recoverable === 'yes'];
    });
    const actual = CODES.map((code) => [
      code,
      CLOSE_CODE[code],
      retryAdvice(code),
      ERROR_CATALOGUE[code].ref,
      errorMessage(new RtError(code, 'x')).recoverable,
    ]);
    expect(documented).toEqual(actual);
  });
});

describe('retryAdviceForClose', () => {
  it('[WIRE-40] agrees with the error that precedes a close, except where one code has several', () => {
    const several = new Set([1011]);
    const codes = CODES.filter((code) => !several.has(CLOSE_CODE[code]));
    expect(codes.filter((code) => retryAdviceForClose(CLOSE_CODE[code]) !== retryAdvice(code))).toEqual([]);
  });

  it.each([
    [1000, 'never'],
    [1001, 'now'],
    [1002, 'never'],
    [1006, 'now'],
    [1009, 'never'],
    [4404, 'never'],
    [4999, 'never'],
  ])('%d means %s', (close, advice) => {
    expect(retryAdviceForClose(close)).toBe(advice);
  });
});

describe('errorMessage', () => {
  it('[WIRE-41] says when to come back, exactly when coming back later is the advice', () => {
    const messages = CODES.map((code) => errorMessage(new RtError(code, 'x')));
    expect(
      messages.filter(({ retry, retry_after_ms }) => (retry === 'after') !== (retry_after_ms !== undefined)),
    ).toEqual([]);
    expect(errorMessage(new RtError('no_capacity', 'Full.', { retryAfterMs: 2_500.2 }))).toEqual({
      type: 'error',
      code: 'no_capacity',
      message: 'Full.',
      recoverable: false,
      retry: 'after',
      retry_after_ms: 2_501,
      ref: 'RT1013',
    });
  });

  it('[WIRE-42] a recoverable error does not make a client reconnect', () => {
    expect(errorMessage(new RtError('asr_failed', 'x'))).toMatchObject({ recoverable: true, retry: 'never' });
    expect(errorMessage(new RtError('asr_failed', 'x'), false)).toMatchObject({
      recoverable: false,
      retry: 'now',
    });
    expect(errorMessage(new RtError('rate_limited', 'x'), true)).toEqual({
      type: 'error',
      code: 'rate_limited',
      message: 'x',
      recoverable: true,
      retry: 'never',
      ref: 'RT4029',
    });
  });

  it('[WIRE-11] carries what to do along with what happened', () => {
    const error = new RtError('invalid_parameters', 'Unknown parameter "x".', {
      hint: 'Known parameters: y.',
    });
    expect(errorMessage(error).message).toBe('Unknown parameter "x". Known parameters: y.');
  });

  it.each([
    ['internal_error', 'internal_error'],
    ['redis_unreachable', 'registry_unavailable'],
    ['worker_unreachable', 'worker_lost'],
    ['file_unreadable', 'internal_error'],
  ] as const)('[WIRE-43] tells a stranger nothing of %s but %s', (code, told) => {
    const message = errorMessage(new RtError(code, 'at redis://10.0.0.7', { hint: 'see /etc/rt' }));
    expect(message.code).toBe(told);
    expect(message.message).toBe(ERROR_CATALOGUE[told].explanation);
  });
});
