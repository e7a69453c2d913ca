/** What every implementation of the Socket port promises; run on the real one and on the fake. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Socket } from '../../src/transport/socket.ts';

export interface ConnectedSockets {
  readonly near: Socket;
  readonly far: Socket;
  stop(): Promise<void>;
}

type Message = string | Uint8Array;

/** Collects what `socket` delivers; `count(n)` resolves once n messages came. */
function collect(socket: Socket): { readonly messages: Message[]; count(n: number): Promise<Message[]> } {
  const messages: Message[] = [];
  const waiters: { n: number; resolve: (messages: Message[]) => void }[] = [];
  socket.onMessage((data) => {
    messages.push(typeof data === 'string' ? data : Uint8Array.from(data));
    for (const waiter of waiters) if (messages.length >= waiter.n) waiter.resolve(messages);
  });
  const count = (n: number): Promise<Message[]> =>
    new Promise((resolve) => (messages.length >= n ? resolve(messages) : waiters.push({ n, resolve })));
  return { messages, count };
}

export function socketContract(name: string, open: () => Promise<ConnectedSockets>): void {
  describe(`${name} keeps the contract of Socket`, () => {
    let sockets: ConnectedSockets;
    let near: Socket;
    let far: Socket;

    beforeEach(async () => {
      sockets = await open();
      ({ near, far } = sockets);
    });
    afterEach(() => sockets.stop());

    it('delivers text as strings and bytes as bytes, whole, in order, both ways', async () => {
      const atFar = collect(far);
      const atNear = collect(near);
      const sent: Message[] = ['', 'héllo 🎙', new Uint8Array(0), new Uint8Array([0, 255, 7]), 'last'];
      for (const message of sent) near.send(message);
      for (const message of sent) far.send(message);
      expect(await atFar.count(sent.length)).toEqual(sent);
      expect(await atNear.count(sent.length)).toEqual(sent);
    });

    it('keeps what arrives before there is a listener', async () => {
      near.send('early');
      await new Promise((resolve) => setImmediate(resolve));
      expect(await collect(far).count(1)).toEqual(['early']);
    });

    it('delivers nothing while paused and everything after resume, in order', async () => {
      const received: Message[] = [];
      let onTenth = (): void => {};
      const all = new Promise<void>((resolve) => {
        onTenth = resolve;
      });
      let onThird = (): void => {};
      const third = new Promise<void>((resolve) => {
        onThird = resolve;
      });
      far.onMessage((data) => {
        received.push(data);
        if (received.length === 3) {
          far.pause();
          onThird();
        }
        if (received.length === 10) onTenth();
      });
      for (let i = 1; i <= 10; i++) near.send(String(i));
      await third;
      // A round trip the other way: had anything been on its way, it would have come by now.
      const back = collect(near);
      far.send('still here');
      await back.count(1);
      expect(received).toEqual(['1', '2', '3']);
      far.resume();
      await all;
      expect(received).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    });

    it('may be paused again by the listener that a resume calls', async () => {
      const received: Message[] = [];
      const waiting: (() => void)[] = [];
      const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
      far.onMessage((data) => {
        received.push(data);
        far.pause();
        waiting.shift()?.();
      });
      const first = next();
      for (const message of ['a', 'b', 'c']) near.send(message);
      await first;
      const second = next();
      far.resume();
      await second;
      expect(received).toEqual(['a', 'b']);
    });

    it('tells both ends the code and reason of a close, after everything sent before it', async () => {
      const atFar = collect(far);
      near.onMessage(() => {});
      near.send('one');
      near.send('two');
      near.close(4400, 'twenty broken messages');
      expect(near.isOpen).toBe(false);
      expect(await far.closed).toEqual({ code: 4400, reason: 'twenty broken messages' });
      expect(await near.closed).toMatchObject({ code: 4400 });
      expect(atFar.messages).toEqual(['one', 'two']);
      expect(far.isOpen).toBe(false);
    });

    it('closes while paused', async () => {
      collect(near);
      collect(far);
      near.pause();
      far.send('unread');
      near.close(1000, 'done');
      expect(await near.closed).toMatchObject({ code: 1000 });
    });

    it('delivers nothing after its own close', async () => {
      const atNear = collect(near);
      collect(far);
      far.send('crossing');
      near.close(1000, 'done');
      await Promise.all([near.closed, far.closed]);
      expect(atNear.messages).toEqual([]);
    });

    it('takes a second close, a send and a terminate after the close in silence', async () => {
      collect(far);
      near.onMessage(() => {});
      near.close(1000, 'first');
      near.close(4400, 'second');
      near.send('late');
      expect(await far.closed).toEqual({ code: 1000, reason: 'first' });
      await near.closed;
      near.terminate();
      near.send('later');
      near.pause();
      near.resume();
      expect(await near.closed).toMatchObject({ code: 1000 });
    });

    it('cuts a reason that does not fit into a close frame', async () => {
      collect(far);
      near.onMessage(() => {});
      near.close(4400, 'x'.repeat(200));
      expect((await far.closed).reason).toBe('x'.repeat(123));
    });

    it('shows a terminated connection as 1006 to both ends', async () => {
      near.onMessage(() => {});
      far.onMessage(() => {});
      near.terminate();
      expect(await near.closed).toMatchObject({ code: 1006 });
      expect(await far.closed).toMatchObject({ code: 1006 });
      expect([near.isOpen, far.isOpen]).toEqual([false, false]);
    });

    it('is drained at once when nothing waits', async () => {
      await near.drained(0);
      expect(near.bufferedBytes).toBe(0);
    });

    it('is drained when the peer has read enough', async () => {
      const atFar = collect(far);
      const piece = new Uint8Array(60_000);
      const pieces = 400;
      far.pause();
      for (let i = 0; i < pieces; i++) near.send(piece);
      expect(near.bufferedBytes).toBeGreaterThan(1_000_000);
      const drained = near.drained(100_000);
      far.resume();
      await drained;
      expect(near.bufferedBytes).toBeLessThanOrEqual(100_000);
      expect(await atFar.count(pieces)).toHaveLength(pieces);
    });

    it('stops waiting to drain when the connection ends', async () => {
      near.onMessage(() => {});
      far.pause();
      for (let i = 0; i < 400; i++) near.send(new Uint8Array(60_000));
      const drained = near.drained(0);
      near.terminate();
      await drained;
    });

    it('measures a round trip, and gives up when the connection ends', async () => {
      near.onMessage(() => {});
      far.onMessage(() => {});
      expect(await near.ping()).toBeGreaterThanOrEqual(0);
      near.pause();
      const unanswered = near.ping();
      near.terminate();
      expect(await unanswered).toBeUndefined();
      expect(await near.ping()).toBeUndefined();
    });
  });
}
