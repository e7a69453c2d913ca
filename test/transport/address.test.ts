import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { formatAddress, isLoopback, parseAddress } from '../../src/transport/address.ts';

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:8000', { host: '127.0.0.1', port: 8000 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:9000', { host: '::1', port: 9000 }],
    ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
    ['worker-1.local:9000', { host: 'worker-1.local', port: 9000 }],
  ])('reads %s and prints it again', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  it.each(['', ':8000', '8000', '127.0.0.1', '127.0.0.1:', '::1:9000', '[::1]', '[nope]:1', 'a b:1', '*:1'])(
    'refuses %j and says what to write',
    (text) => {
      expect(() => parseAddress(text)).toThrow(
        expect.objectContaining({
          code: 'config_invalid',
          hint: expect.stringContaining('HOST:PORT') as string,
        }),
      );
    },
  );

  it('refuses a port that does not exist', () => {
    expect(() => parseAddress('127.0.0.1:65536')).toThrow(RtError);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])(
    '%s is',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    '127.0.0.1.evil.example',
    'localhost.example',
    '',
    '::ffff:10.0.0.1',
  ])('%j is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
