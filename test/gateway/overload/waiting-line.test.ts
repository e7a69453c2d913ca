import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { type Arrival, nextInTurn, WaitingLine } from '../../../src/gateway/overload/waiting-line.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const DEADLINE_MS = 4000;

/** A line for slots that are there when `slots` says so. */
function open() {
  const clock = createFakeClock();
  const line = new WaitingLine<string>({ clock, deadlineMs: DEADLINE_MS });
  const served: string[] = [];
  const attempts: string[] = [];
  const world = { slots: 0 };
  const join = (name: string, options: { readonly signal?: AbortSignal; readonly full?: boolean } = {}) => {
    const done = line
      .wait({
        attempt() {
          attempts.push(name);
          if (world.slots === 0) return Promise.reject(new RtError('no_capacity', 'full'));
          world.slots--;
          served.push(name);
          return Promise.resolve(name);
        },
        signal: options.signal ?? new AbortController().signal,
        mayWait: (why) => (options.full ? why : undefined),
        late: ({ place, length }) => new RtError('no_capacity', `${place} of ${length}`),
      })
      .catch((error: unknown) =>
        error instanceof RtError ? `${error.code}: ${error.message}` : String(error),
      );
    return done;
  };
  const free = async (count = 1): Promise<void> => {
    world.slots += count;
    line.freed();
    await clock.advance(0);
  };
  return { clock, line, served, attempts, world, join, free };
}

describe('a line of those who wait', () => {
  it('[OVL-5] lets who comes first try at once', async () => {
    const { join, world, line } = open();
    world.slots = 1;
    expect(await join('a')).toBe('a');
    expect(line.length).toBe(0);
  });

  it('[OVL-5] lets several try at once while nobody was refused', async () => {
    const { clock, join, attempts, world, line } = open();
    world.slots = 2;
    const all = ['a', 'b', 'c'].map((name) => join(name));
    expect(attempts).toEqual(['a', 'b', 'c']);
    await clock.advance(0);
    expect(await Promise.all(all.slice(0, 2))).toEqual(['a', 'b']);
    expect(line.length).toBe(1);
    expect(line.isDeserted).toBe(false);
  });

  it('[OVL-6] serves in the order of arrival, and lets nobody pass', async () => {
    const { clock, join, free, served, attempts, world } = open();
    for (const name of ['a', 'b', 'c']) {
      void join(name);
      await clock.advance(10);
    }
    expect(attempts).toEqual(['a']);
    world.slots = 1;
    void join('d');
    await clock.advance(0);
    expect(served).toEqual([]);
    await free();
    expect(served).toEqual(['a', 'b']);
    await free(2);
    expect(served).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[OVL-6] serves the last one first once the first has waited for half of the deadline', async () => {
    const { clock, join, free, served } = open();
    void join('a');
    void join('b');
    await clock.advance(DEADLINE_MS / 2 + 1);
    void join('c');
    await free();
    await free();
    expect(served).toEqual(['c', 'b']);
  });

  it('[OVL-6] leaves alone who is trying', () => {
    const line = [
      { arrivedMs: 0, isTrying: true },
      { arrivedMs: 1, isTrying: false },
      { arrivedMs: 2, isTrying: false },
      { arrivedMs: 3, isTrying: true },
    ];
    expect(nextInTurn(line, { nowMs: 10, deadlineMs: 100 })).toBe(line[1]);
    expect(nextInTurn(line, { nowMs: 60, deadlineMs: 100 })).toBe(line[2]);
    expect(nextInTurn<Arrival>([], { nowMs: 0, deadlineMs: 100 })).toBeUndefined();
  });

  it('[OVL-7] tries again when a slot was freed while all were trying', async () => {
    const clock = createFakeClock();
    const line = new WaitingLine<string>({ clock, deadlineMs: DEADLINE_MS });
    let attempts = 0;
    const done = line.wait({
      async attempt() {
        attempts++;
        if (attempts > 1) return 'served';
        await clock.sleep(10);
        throw new RtError('no_capacity', 'full');
      },
      signal: new AbortController().signal,
      mayWait: () => undefined,
      late: () => new RtError('no_capacity', 'late'),
    });
    line.freed();
    await clock.advance(10);
    expect(await done).toBe('served');
  });

  it('[OVL-8] tells at the deadline which place it was', async () => {
    const { clock, join, line } = open();
    const first = join('a');
    await clock.advance(100);
    const second = join('b');
    await clock.advance(DEADLINE_MS - 100);
    expect(await first).toBe('no_capacity: 1 of 2');
    expect(line.length).toBe(1);
    await clock.advance(100);
    expect(await second).toBe('no_capacity: 1 of 1');
  });

  it('[OVL-8] refuses who may not wait with what the attempt said', async () => {
    const { join, line } = open();
    expect(await join('a', { full: true })).toBe('no_capacity: full');
    expect(line.length).toBe(0);
  });

  it('[OVL-9] forgets at once who goes away', async () => {
    const { clock, join, free, served, line } = open();
    const gone = new AbortController();
    const first = join('a', { signal: gone.signal });
    void join('b');
    await clock.advance(0);
    gone.abort(new RtError('interrupted', 'left'));
    expect(line.length).toBe(1);
    expect(await first).toBe('interrupted: left');
    await free();
    expect(served).toEqual(['b']);
    expect(clock.sleepers()).toBe(0);
  });

  it('[OVL-9] hands over what an attempt got while its caller went away', async () => {
    const clock = createFakeClock();
    const line = new WaitingLine<string>({ clock, deadlineMs: DEADLINE_MS });
    const gone = new AbortController();
    const done = line.wait({
      attempt: () => clock.sleep(10).then(() => 'a slot'),
      signal: gone.signal,
      mayWait: () => undefined,
      late: () => new RtError('no_capacity', 'late'),
    });
    gone.abort(new RtError('interrupted', 'left'));
    await clock.advance(0);
    expect(line.length).toBe(0);
    await clock.advance(10);
    expect(await done).toBe('a slot');
  });

  it('[OVL-9] tells everybody when it is closed, also who was trying', async () => {
    const { clock, join, line } = open();
    const all = [join('a'), join('b')];
    line.close(new RtError('shutting_down', 'bye'));
    await clock.advance(0);
    expect(await Promise.all(all)).toEqual(['shutting_down: bye', 'shutting_down: bye']);
    expect(line.length).toBe(0);
  });
});
