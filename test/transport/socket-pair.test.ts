import { describe, expect, it } from 'vitest';
import { socketContract } from '../contract/socket-contract.ts';
import { createSocketPair } from '../support/socket-pair.ts';

socketContract('the pair in memory', async () => {
  const { near, far, cut } = createSocketPair({ auto: true });
  return { near, far, stop: async () => cut() };
});

describe('a pair in memory without auto', () => {
  it('moves nothing until it is flushed', () => {
    const { near, far, flush } = createSocketPair();
    const received: unknown[] = [];
    far.onMessage((data) => received.push(data));
    near.send('one');
    expect(received).toEqual([]);
    expect(near.bufferedBytes).toBe(3);
    flush();
    expect(received).toEqual(['one']);
    expect(near.bufferedBytes).toBe(0);
  });
});
