/** What every bus promises (docs/keyspace.md); run against each implementation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/ports.ts';
import { sessionId } from '../support/fleet.ts';

/** A fresh bus, and what differs between stores. */
export interface BusSetup {
  readonly bus: Bus;
  /** Put before channel names, so that tests do not hear each other. */
  readonly channelPrefix: string;
  readonly advance: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const SESSION = sessionId(1);

interface Message {
  readonly channel: string;
  readonly message: string;
}

/** Runs the contract on what `open` gives. */
export function describeBus(name: string, open: () => Promise<BusSetup>): void {
  describe(`bus contract: ${name}`, () => {
    let setup: BusSetup;
    let bus: Bus;
    let stop: AbortController;

    beforeEach(async () => {
      setup = await open();
      bus = setup.bus;
      stop = new AbortController();
    });
    afterEach(async () => {
      stop.abort();
      await setup.close();
    });

    async function append(...numbers: number[]): Promise<void> {
      for (const seq of numbers) await bus.journal.append(SESSION, { seq, json: `{"seq":${seq}}` });
    }
    const channel = (name: string): string => `${setup.channelPrefix}${name}`;

    /** Subscriptions take effect some time after the call: publishes until one arrives. */
    async function subscribed(pattern: string, probe: string): Promise<() => Promise<Message>> {
      const messages = bus.channels.subscribe(pattern, stop.signal)[Symbol.asyncIterator]();
      const take = async (): Promise<Message> => {
        const next = await messages.next();
        if (next.done) throw new Error('the subscription ended');
        return next.value;
      };
      const arrived = take().then(() => true);
      do await bus.channels.publish(probe, 'probe');
      while (!(await Promise.race([arrived, sleep(10, false)])));
      await bus.channels.publish(probe, 'ready');
      while ((await take()).message !== 'ready');
      return take;
    }

    describe('journal', () => {
      it('[BUS-1] refuses a number that is not above the last', async () => {
        expect(await bus.journal.append(SESSION, { seq: 1, json: '"a"' })).toBe('appended');
        expect(await bus.journal.append(SESSION, { seq: 3, json: '"c"' })).toBe('appended');
        expect(await bus.journal.append(SESSION, { seq: 3, json: '"x"' })).toBe('duplicate');
        expect(await bus.journal.append(SESSION, { seq: 2, json: '"x"' })).toBe('duplicate');
        expect(await bus.journal.read(SESSION, 0)).toEqual([
          { seq: 1, json: '"a"' },
          { seq: 3, json: '"c"' },
        ]);
      });

      it('[BUS-2] reads what comes after a number', async () => {
        await append(1, 2, 3);
        expect((await bus.journal.read(SESSION, 1)).map(({ seq }) => seq)).toEqual([2, 3]);
        expect(await bus.journal.read(SESSION, 3)).toEqual([]);
        expect(await bus.journal.read(sessionId(2), 0)).toEqual([]);
      });

      it('[BUS-3] follows what is there, then what comes, until aborted', async () => {
        await append(1, 2, 3);
        const entries = bus.journal.follow(SESSION, 1, stop.signal)[Symbol.asyncIterator]();
        expect((await entries.next()).value).toEqual({ seq: 2, json: '{"seq":2}' });
        expect((await entries.next()).value).toMatchObject({ seq: 3 });
        const next = entries.next();
        await append(4, 5);
        expect((await next).value).toMatchObject({ seq: 4 });
        expect((await entries.next()).value).toMatchObject({ seq: 5 });
        const end = entries.next();
        stop.abort();
        expect(await end).toEqual({ done: true, value: undefined });
      });

      it('[BUS-4] is gone some time after it was told to expire', async () => {
        await append(1);
        await bus.journal.expire(SESSION, 30);
        expect(await bus.journal.read(SESSION, 0)).toHaveLength(1);
        await setup.advance(60);
        expect(await bus.journal.read(SESSION, 0)).toEqual([]);
        expect(await bus.journal.append(SESSION, { seq: 1, json: '"again"' })).toBe('appended');
      });
    });

    describe('channels', () => {
      it('[BUS-5] deliver what the pattern matches, in order', async () => {
        const all = await subscribed(channel('t:*'), channel('t:a'));
        const one = await subscribed(channel('t:b'), channel('t:b'));
        await bus.channels.publish(channel('t:a'), '1');
        await bus.channels.publish(channel('other'), '2');
        await bus.channels.publish(channel('t:b'), '3');
        expect(await one()).toEqual({ channel: channel('t:b'), message: '3' });
        const seen: string[] = [];
        while (seen.at(-1) !== '3') seen.push((await all()).message);
        expect(seen.filter((message) => message.length === 1)).toEqual(['1', '3']);
      });

      it('[BUS-5] an aborted subscription ends', async () => {
        const take = await subscribed(channel('x'), channel('x'));
        const end = take();
        stop.abort();
        await expect(end).rejects.toThrow('the subscription ended');
      });

      it('[BUS-6] a slow subscriber loses its own oldest beyond 1,000, another none', async () => {
        const slow = await subscribed(channel('s'), channel('s'));
        const quick = await subscribed(channel('s'), channel('s'));
        const received: string[] = [];
        const reading = (async () => {
          while (received.at(-1) !== '1500') received.push((await quick()).message);
        })();
        for (let i = 1; i <= 1500; i += 1) await bus.channels.publish(channel('s'), String(i));
        await reading;
        expect(received).toEqual(Array.from({ length: 1500 }, (_, i) => String(i + 1)));
        expect((await slow()).message).toBe('501');
      });
    });
  });
}
