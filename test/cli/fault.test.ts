import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { faultDocument, faultLines, fromParser } from '../../src/cli/fault.ts';
import { Interruption } from '../../src/cli/signals.ts';

const NAMES = { command: 'stream', flags: ['pace', 'format'] };

class ParserError extends Error {
  readonly oclif = { exit: 2 };
  readonly flags: readonly string[] | undefined;
  readonly args: readonly unknown[] | undefined;
  constructor(message: string, fields: { flags?: readonly string[]; args?: readonly unknown[] }) {
    super(message);
    this.flags = fields.flags;
    this.args = fields.args;
  }
}

describe('exitCodeOf', () => {
  it.each([
    [new RtError('no_capacity', 'm'), 6],
    [new RtError('usage', 'm'), 2],
    [new Interruption('SIGINT'), 130],
    [new Interruption('SIGTERM'), 143],
    [new Error('m'), 1],
    ['m', 1],
  ])('%s', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('faultLines', () => {
  it('says what happened, what to do, and the number', () => {
    const error = new RtError('redis_unreachable', 'Cannot reach Redis', { hint: 'Start it.' });
    expect(faultLines(error)).toEqual([
      'Cannot reach Redis',
      'Start it.',
      'RT5001 · rt errors lookup RT5001',
    ]);
  });

  it('advises from the catalogue where the error has no hint', () => {
    expect(faultLines(new RtError('no_capacity', 'full'))[1]).toContain('workers');
  });

  it('keeps each part on one line, without control characters of the other side', () => {
    const lines = faultLines(new RtError('session_failed', 'a\nb\u001b[2J', { hint: 'c\r\nd' }));
    expect(lines.slice(0, 2)).toEqual(['a b', 'c d']);
  });
});

describe('faultDocument', () => {
  it('carries the same facts, and when to retry', () => {
    const document = faultDocument(new RtError('no_capacity', 'full', { hint: 'wait', retryAfterMs: 500 }));
    expect(document).toEqual({
      schema: 'rt.error/v1',
      error: {
        code: 'no_capacity',
        message: 'full',
        what_to_do: 'wait',
        ref: 'RT1013',
        exit_code: 6,
        retry_after_ms: 500,
      },
    });
  });

  it('tells an interruption by its signal', () => {
    expect(faultDocument(new Interruption('SIGTERM')).error.exit_code).toBe(143);
  });
});

describe('fromParser', () => {
  it.each([
    [{ flags: ['--paec'] }, 'Unknown flag --paec', 'Did you mean --pace? See: rt stream --help'],
    [{ flags: ['--volume'] }, 'Unknown flag --volume', 'See: rt stream --help'],
    [{ args: [{ name: 'file' }] }, 'Missing argument FILE', 'See: rt stream --help'],
    [{ args: ['extra'] }, 'Unexpected argument extra', 'See: rt stream --help'],
    [{}, 'Expected x', 'See: rt stream --help'],
  ])('%j', (fields, message, hint) => {
    expect(fromParser(new ParserError('Expected x\nSee more help', fields), NAMES)).toMatchObject({
      code: 'usage',
      message,
      hint,
    });
  });

  it('leaves other errors alone', () => {
    const error = new Error('other');
    expect(fromParser(error, NAMES)).toBe(error);
  });
});
