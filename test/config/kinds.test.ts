import { describe, expect, it } from 'vitest';
import {
  address,
  choice,
  durationMs,
  integer,
  type Kind,
  listOf,
  orWord,
  text,
  toggle,
  url,
} from '../../src/config/kinds.ts';

const CASES: readonly [name: string, kind: Kind<unknown>, raw: string | readonly string[], value: unknown][] =
  [
    ['text', text('ID'), 'a b', 'a b'],
    ['empty text', text('ID'), '', undefined],
    ['a list where one is wanted', text('ID'), ['a'], undefined],
    ['integer', integer(1, 10), '10', 10],
    ['integer above its range', integer(1, 10), '11', undefined],
    ['integer with a fraction', integer(1, 10), '1.5', undefined],
    ['integer in other notations', integer(1, 100), '0x10', undefined],
    ['duration', durationMs, '2s', 2000],
    ['duration without a unit', durationMs, '2', undefined],
    ['choice', choice('a', 'b'), 'b', 'b'],
    ['choice of something else', choice('a', 'b'), 'B', undefined],
    ['toggle on', toggle, '1', true],
    ['toggle off', toggle, 'false', false],
    ['toggle of something else', toggle, 'yes', undefined],
    ['address', address, '127.0.0.1:8000', '127.0.0.1:8000'],
    ['IPv6 address', address, '[::1]:0', '[::1]:0'],
    ['address without a port', address, '127.0.0.1', undefined],
    ['address with an impossible port', address, 'a:65536', undefined],
    ['url', url('ws', 'wss'), 'ws://h:1/', 'ws://h:1'],
    ['url of another protocol', url('ws', 'wss'), 'http://h', undefined],
    ['word', orWord(integer(1, 9), 'auto'), 'auto', 'auto'],
    ['number beside a word', orWord(integer(1, 9), 'auto'), '4', 4],
    ['list of one', listOf(integer(1, 9)), '4', [4]],
    ['list with commas', listOf(integer(1, 9)), '4, 5', [4, 5]],
    ['list that was repeated', listOf(integer(1, 9)), ['4', '5'], [4, 5]],
    ['list with a wrong element', listOf(integer(1, 9)), ['4', 'x'], undefined],
    ['empty list', listOf(text('X')), [], undefined],
  ];

describe('kinds', () => {
  it.each(CASES)('%s', (_name, ...[kind, raw, value]) => {
    expect(kind.parse(raw)).toEqual(value);
  });
});
