import { describe, expect, it } from 'vitest';
import { judge, retryAfterMs, validatorOf } from '../../../src/models/pull/verdict.ts';

const url = 'http://host/file';
const nowMs = Date.UTC(2025, 0, 1);

function ask(
  asked: { offsetBytes?: number; validator?: string; expectedBytes?: number },
  answered: { status: number; headers?: Record<string, string> },
) {
  const { offsetBytes = 0, validator, expectedBytes } = asked;
  return judge({ url, offsetBytes, validator, expectedBytes }, { headers: {}, nowMs, ...answered });
}

describe('an answer to a request for a file', () => {
  it('[MOD-4] is the whole of it, or the part that was asked for', () => {
    expect(ask({}, { status: 200, headers: { 'content-length': '10' } })).toEqual({
      ...{ type: 'write', fromBytes: 0, totalBytes: 10 },
    });
    const part = { status: 206, headers: { 'content-range': 'bytes 4-9/10', etag: '"a"' } };
    expect(ask({ offsetBytes: 4, validator: '"a"' }, part)).toEqual({
      ...{ type: 'write', fromBytes: 4, totalBytes: 10 },
    });
  });

  it('[MOD-4] is the whole of it where ranges are ignored or the file has changed', () => {
    const whole = { status: 200, headers: { 'content-length': '10' } };
    expect(ask({ offsetBytes: 4, validator: '"a"' }, whole)).toMatchObject({ type: 'write', fromBytes: 0 });
  });

  it.each([
    ['another version', { 'content-range': 'bytes 4-9/10', etag: '"b"' }],
    ['another part', { 'content-range': 'bytes 3-9/10', etag: '"a"' }],
    ['a part of which it does not say which', {}],
  ])('[MOD-4] that is %s starts the file over', (_, headers) => {
    expect(ask({ offsetBytes: 4, validator: '"a"' }, { status: 206, headers })).toMatchObject({
      type: 'restart',
    });
  });

  it('[MOD-4] that nothing is left means complete, unless less is there than here', () => {
    const beyond = (total: string) => ({ status: 416, headers: { 'content-range': `bytes */${total}` } });
    expect(ask({ offsetBytes: 10, validator: '"a"' }, beyond('10'))).toEqual({ type: 'complete' });
    expect(ask({ offsetBytes: 10, validator: '"a"' }, beyond('8'))).toMatchObject({ type: 'restart' });
    expect(ask({}, beyond('8'))).toMatchObject({ type: 'refused' });
  });

  it('[MOD-4] with a part nobody asked for is refused', () => {
    expect(ask({}, { status: 206, headers: { 'content-range': 'bytes 4-9/10' } })).toMatchObject({
      ...{ type: 'refused', error: { code: 'download_failed' } },
    });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('[MOD-5] %d is tried again later', (code) => {
    expect(ask({}, { status: code, headers: { 'retry-after': '3' } })).toEqual({
      ...{ type: 'later', reason: `the server answered ${code}`, afterMs: 3000 },
    });
  });

  it.each([
    [404, 'not_found'],
    [410, 'not_found'],
    [401, 'forbidden'],
    [403, 'forbidden'],
    [400, 'download_failed'],
    [501, 'download_failed'],
  ])('[MOD-5] %d is told at once as %s', (code, name) => {
    expect(ask({}, { status: code })).toMatchObject({ type: 'refused', error: { code: name } });
  });

  it('[MOD-7] with another size than the published one is refused, and a missing size is the published one', () => {
    expect(ask({ expectedBytes: 9 }, { status: 200, headers: { 'content-length': '10' } })).toMatchObject({
      type: 'refused',
      error: { code: 'model_invalid', message: `${url} has 10 bytes, 9 are published` },
    });
    expect(ask({ expectedBytes: 9 }, { status: 200 })).toMatchObject({ type: 'write', totalBytes: 9 });
  });
});

describe('the version of a file', () => {
  it.each([
    ['a strong ETag', { etag: '"a"', 'last-modified': 'then' }, '"a"'],
    ['its date, where the ETag is weak', { etag: 'W/"a"', 'last-modified': 'then' }, 'then'],
    ['nothing, where there is neither', {}, undefined],
  ])('[MOD-4] is named by %s', (_, headers, name) => {
    expect(validatorOf(headers)).toBe(name);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['Wed, 01 Jan 2025 00:00:30 GMT', 30_000],
    ['Tue, 31 Dec 2024 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('[MOD-5] %j is %j ms', (text, ms) => {
    expect(retryAfterMs(text, nowMs)).toBe(ms);
  });
});
