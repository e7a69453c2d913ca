import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { Journal } from '../../src/bus/ports.ts';
import { createJournalWriter, MAX_WAITING_CHARS } from '../../src/gateway/journal-writer.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { sessionId } from '../support/fleet.ts';

const session = sessionId(1);

/** A journal in memory behind a store that can be away, hang, or lose its answers. */
function openJournal() {
  const clock = createFakeClock();
  const { journal } = createMemoryBus({ clock });
  const store = { mode: 'up' as 'up' | 'away' | 'loses answers' | 'hangs', appends: 0, superseded: false };
  const away = (): Promise<never> => Promise.reject(new RtError('registry_unavailable', 'away'));
  const flaky: Journal = {
    ...journal,
    async append(id, entry) {
      store.appends++;
      if (store.mode === 'hangs') return new Promise(() => {});
      if (store.mode === 'away') return away();
      const answer = await journal.append(id, entry);
      return store.mode === 'loses answers' ? away() : answer;
    },
    expire: (id, ttlMs) => (store.mode === 'up' ? journal.expire(id, ttlMs) : away()),
  };
  const writer = createJournalWriter({
    session,
    journal: flaky,
    clock,
    log: silentLogger,
    onSuperseded: () => void (store.superseded = true),
  });
  const push = (seq: number, commitSample?: number, json = `{"seq":${seq}}`): void =>
    writer.push({ seq, json, commitSample });
  const written = async (): Promise<number[]> => (await journal.read(session, 0)).map(({ seq }) => seq);
  return { clock, store, writer, push, written, journal };
}

describe('the journal of a session', () => {
  it('[SES-40] takes events in order, under their numbers', async () => {
    const { clock, writer, push, written } = openJournal();
    push(1);
    push(2);
    push(3, 8000);
    expect(writer.committedSample).toBe(0);
    await clock.advance(0);
    expect(await written()).toEqual([1, 2, 3]);
    expect(writer.committedSample).toBe(8000);
  });

  it('[SES-40] is written one event at a time', async () => {
    const { clock, store, push } = openJournal();
    store.mode = 'hangs';
    push(1);
    push(2);
    await clock.advance(10_000);
    expect(store.appends).toBe(1);
  });

  it('[SES-41] waits while the store is away and catches up when it is back', async () => {
    const { clock, store, writer, push, written } = openJournal();
    push(1, 100);
    await clock.advance(0);
    store.mode = 'away';
    push(2, 200);
    push(3, 300);
    await clock.advance(30_000);
    expect([await written(), writer.committedSample]).toEqual([[1], 100]);
    store.mode = 'up';
    await clock.advance(500);
    expect([await written(), writer.committedSample]).toEqual([[1, 2, 3], 300]);
  });

  it('[SES-41] counts an event as written whose first answer was lost', async () => {
    const { clock, store, writer, push, written } = openJournal();
    store.mode = 'loses answers';
    push(1, 100);
    await clock.advance(400);
    expect(writer.committedSample).toBe(0);
    store.mode = 'up';
    await clock.advance(500);
    expect([await written(), writer.committedSample]).toEqual([[1], 100]);
  });

  it('[SES-41] moves committed over silence only when nothing waits', async () => {
    const { clock, store, writer, push } = openJournal();
    writer.advance(500);
    expect(writer.committedSample).toBe(500);
    store.mode = 'away';
    push(1, 600);
    writer.advance(700);
    await clock.advance(1000);
    expect(writer.committedSample).toBe(500);
    store.mode = 'up';
    await clock.advance(500);
    writer.advance(700);
    expect(writer.committedSample).toBe(700);
  });

  it('[SES-41] is given up beyond 1 MiB, and committed stands still for good', async () => {
    const { clock, store, writer, push, written } = openJournal();
    push(1, 100);
    await clock.advance(0);
    store.mode = 'away';
    push(2, 200, 'x'.repeat(MAX_WAITING_CHARS));
    push(3, 300);
    store.mode = 'up';
    await clock.advance(5000);
    push(4, 400);
    writer.advance(500);
    await clock.advance(5000);
    expect([await written(), writer.committedSample]).toEqual([[1], 100]);
  });

  it('[SES-41] holds 1 MiB, no less', async () => {
    const { clock, store, writer, push } = openJournal();
    store.mode = 'away';
    push(1, 100, 'x'.repeat(MAX_WAITING_CHARS));
    store.mode = 'up';
    await clock.advance(500);
    expect(writer.committedSample).toBe(100);
  });

  it('[SES-40] ends with what waits written, and is kept for an hour', async () => {
    const { clock, writer, push, written } = openJournal();
    push(1);
    push(2);
    await writer.finish(2000);
    expect(await written()).toEqual([1, 2]);
    await clock.advance(3_599_000);
    expect(await written()).toEqual([1, 2]);
    await clock.advance(2000);
    expect(await written()).toEqual([]);
  });

  it.each(['away', 'hangs'] as const)(
    '[SES-40] ends after its deadline although the store %s',
    async (mode) => {
      const { clock, store, writer, push } = openJournal();
      store.mode = mode;
      push(1);
      let isFinished = false;
      void writer.finish(2000).then(() => {
        isFinished = true;
      });
      await clock.advance(1999);
      expect(isFinished).toBe(false);
      await clock.advance(1);
      await clock.advance(0);
      expect(isFinished).toBe(true);
      expect(clock.sleepers()).toBe(0);
    },
  );

  it('[RSM-4] knows what the store knows: what was written, and what the record said', async () => {
    const { clock, writer, push } = openJournal();
    push(1, 512);
    await clock.advance(0);
    writer.advance(5120);
    expect([writer.committedSample, writer.storedSample]).toEqual([5120, 512]);
    writer.stored(2048);
    expect(writer.storedSample).toBe(2048);
    push(2, 10_240);
    await clock.advance(0);
    expect(writer.storedSample).toBe(10_240);
  });
});
