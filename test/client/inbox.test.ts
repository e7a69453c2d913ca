import { describe, expect, it } from 'vitest';
import { createInbox } from '../../src/client/inbox.ts';

async function all<T>(messages: AsyncIterable<T>): Promise<readonly T[]> {
  const read: T[] = [];
  for await (const message of messages) read.push(message);
  return read;
}

describe('an inbox', () => {
  it('gives what was pushed before its end, in order, to a reader that came early or late', async () => {
    const inbox = createInbox<number>();
    inbox.push(1);
    const reading = all(inbox.read());
    inbox.push(2);
    await Promise.resolve();
    inbox.push(3);
    inbox.end();
    inbox.push(4);
    expect(await reading).toEqual([1, 2, 3]);
  });

  it('lets those wait who would fill it, until it is read or ended', async () => {
    const inbox = createInbox<number>();
    for (const message of [1, 2, 3]) inbox.push(message);
    const order: string[] = [];
    void inbox.drained(3).then(() => order.push('three'));
    const one = inbox.drained(1).then(() => order.push('one'));
    const none = inbox.drained(0).then(() => order.push('none'));
    const reader = inbox.read();
    await reader.next();
    expect([inbox.size, order]).toEqual([2, ['three']]);
    await reader.next();
    await one;
    inbox.end();
    await none;
    expect(order).toEqual(['three', 'one', 'none']);
  });
});
