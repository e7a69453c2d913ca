import { describe, expect, it } from 'vitest';
import type { EngineSession } from '../../src/engine/engine.ts';
import { createReceiver } from '../../src/worker/receiver.ts';

const SECOND_BYTES = 32_000;

function open(startSample = 0) {
  const pushed: number[] = [];
  const link = { isRead: true };
  const session = {
    push: (pcm: Int16Array) => pushed.push(...pcm.subarray(0, 100)),
  } as unknown as EngineSession;
  const socket = {
    pause: () => void (link.isRead = false),
    resume: () => void (link.isRead = true),
  };
  return { receiver: createReceiver({ socket, session, startSample }), pushed, link };
}

describe('the receiver', () => {
  it('puts samples together from any split of bytes', () => {
    const { receiver, pushed } = open();
    const bytes = Buffer.from('01000200ff7f0080', 'hex');
    for (const byte of bytes) receiver.accept(new Uint8Array([byte]));
    expect(pushed).toEqual([1, 2, 32_767, -32_768]);
    expect(receiver.receivedSample).toBe(4);
  });

  it('counts from where the session starts', () => {
    const { receiver } = open(15_488);
    receiver.accept(new Uint8Array(1024));
    expect(receiver.receivedSample).toBe(16_000);
  });

  it('[SES-56] stops reading beyond 30 s undecoded and goes on below 15 s', () => {
    const { receiver, link } = open();
    receiver.accept(new Uint8Array(30 * SECOND_BYTES));
    expect(link.isRead).toBe(true);
    receiver.accept(new Uint8Array(2));
    expect([link.isRead, receiver.isPaused]).toEqual([false, true]);
    receiver.decoded(15 * 16_000 + 1);
    expect(link.isRead).toBe(false);
    receiver.decoded(15 * 16_000 + 2);
    expect([link.isRead, receiver.isPaused]).toEqual([true, false]);
  });

  it('[SES-56] does not count audio before the session starts as undecoded', () => {
    const { receiver, link } = open(600 * 16_000);
    receiver.accept(new Uint8Array(29 * SECOND_BYTES));
    expect(link.isRead).toBe(true);
  });
});
