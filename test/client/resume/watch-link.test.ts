import { describe, expect, it } from 'vitest';
import type { Link } from '../../../src/client/link.ts';
import { watchLink } from '../../../src/client/resume/watch-link.ts';
import type { SocketClose } from '../../../src/transport/socket.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

interface Watched {
  readonly link: Link;
  readonly pings: number;
  readonly isCut: boolean;
  /** Answers the pings so far. */
  answer(): void;
}

function connection(): Watched {
  const state = { pings: 0, isCut: false };
  let answers: (() => void)[] = [];
  let settle: (close: SocketClose) => void = () => undefined;
  const nothing = (): void => undefined;
  const link: Link = {
    messages: (async function* (): AsyncGenerator<never> {})(),
    send: nothing,
    say: nothing,
    drained: () => Promise.resolve(),
    ping: () => {
      state.pings += 1;
      return new Promise((resolve) => answers.push(() => resolve(1)));
    },
    close: nothing,
    terminate: () => {
      state.isCut = true;
      settle({ code: 1006, reason: '' });
    },
    closed: new Promise((resolve) => {
      settle = resolve;
    }),
  };
  return {
    link,
    get pings() {
      return state.pings;
    },
    get isCut() {
      return state.isCut;
    },
    answer: () => {
      for (const tell of answers) tell();
      answers = [];
    },
  };
}

describe('a connection that is watched', () => {
  it('[CLI-11] is cut when audio goes out for 10 s and nothing comes in', async () => {
    const clock = createFakeClock();
    const watched = connection();
    const over = new AbortController();
    const queue = { hasUnsent: false, hasSaidEnd: false };
    const watch = watchLink(watched.link, { clock, signal: over.signal, queue });
    const speak = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        watch.sent();
        await clock.advance(1_000);
      }
    };
    await speak(9);
    watch.heard();
    await speak(9);
    expect(watched.isCut).toBe(false);
    await speak(1);
    expect(watched.isCut).toBe(true);
    await clock.advance(1_000);
    expect(clock.sleepers()).toBe(0);
  });

  it('[CLI-11] is pinged after the end, and cut when it does not answer', async () => {
    const clock = createFakeClock();
    const watched = connection();
    const over = new AbortController();
    const queue = { hasUnsent: false, hasSaidEnd: true };
    watchLink(watched.link, { clock, signal: over.signal, queue }).sent();
    await clock.advance(10_000);
    expect(watched.pings).toBe(1);
    watched.answer();
    await clock.advance(15_000);
    expect([watched.pings, watched.isCut]).toEqual([2, false]);
    await clock.advance(10_000);
    expect(watched.isCut).toBe(true);
  });

  it('is left alone when its session is over', async () => {
    const clock = createFakeClock();
    const over = new AbortController();
    const queue = { hasUnsent: false, hasSaidEnd: false };
    watchLink(connection().link, { clock, signal: over.signal, queue });
    over.abort();
    await clock.advance(1_000);
    expect(clock.sleepers()).toBe(0);
  });
});
