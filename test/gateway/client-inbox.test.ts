import { describe, expect, it } from 'vitest';
import { createClientInbox, KEPT_BYTES, KEPT_MESSAGES } from '../../src/gateway/client-inbox.ts';
import { createSocketPair } from '../support/socket-pair.ts';

function openInbox() {
  const pair = createSocketPair();
  const inbox = createClientInbox(pair.near);
  const taken: (string | Uint8Array)[] = [];
  const open = (): void => inbox.open((data) => void taken.push(data));
  return { ...pair, open, taken };
}

describe('the inbox of a client', () => {
  it('[SES-30] keeps what comes early, in order', () => {
    const { far, flush, open, taken } = openInbox();
    far.send('one');
    far.send(new Uint8Array([2]));
    flush();
    expect(taken).toEqual([]);
    open();
    far.send('three');
    flush();
    expect(taken).toEqual(['one', new Uint8Array([2]), 'three']);
  });

  it.each([
    ['128 KiB', 32 * 1024, KEPT_BYTES / (32 * 1024)],
    ['256 messages', 1, KEPT_MESSAGES],
  ])('[SES-30] leaves what is beyond %s unread', (_title, size, kept) => {
    const { far, flush, open, taken } = openInbox();
    for (let index = 0; index < kept + 3; index++) far.send(new Uint8Array(size).fill(index));
    flush();
    expect(far.bufferedBytes).toBe(3 * size);
    open();
    flush();
    expect(far.bufferedBytes).toBe(0);
    expect(taken.map((data) => data[0])).toEqual(Array.from({ length: kept + 3 }, (_, index) => index % 256));
  });

  it('[SES-35] lets the leaving of a client be seen before it is opened', async () => {
    const { near, far, flush } = openInbox();
    far.close(1000, 'bye');
    flush();
    expect(await near.closed).toEqual({ code: 1000, reason: 'bye' });
  });
});
