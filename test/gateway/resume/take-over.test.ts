import { expect, it } from 'vitest';
import { createMemoryBus } from '../../../src/bus/memory-bus.ts';
import { takeOver } from '../../../src/gateway/resume/take-over.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { sessionId } from '../../support/fleet.ts';

const session = sessionId(7);
const request = {
  session,
  committedSample: 0,
  claim: { fromFrame: 0, haveSeq: 1, sampleRate: 16_000 },
  begin: () =>
    ({
      type: 'session.begin',
      session_id: session,
      protocol: 1,
      model: 'm',
      language: 'en',
      sample_rate: 16_000,
      encoding: 'pcm_s16le',
      channels: 1,
      partials: true,
      epoch: 2,
      warnings: [],
    }) as const,
};

it('[RSM-6] gives each of many gateways another number, and none twice', async () => {
  const { journal } = createMemoryBus({ clock: createFakeClock() });
  await journal.append(session, { seq: 1, json: '{"type":"session.begin","seq":1}' });
  const taken = await Promise.all([1, 2, 3].map(() => takeOver(journal, request)));
  expect(taken.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
  expect((await journal.read(session, 1)).map(({ seq }) => seq)).toEqual([2, 3, 4]);
});

it('[RSM-6] reads again what the former owner wrote meanwhile', async () => {
  const { journal } = createMemoryBus({ clock: createFakeClock() });
  const final = { type: 'transcript.final', start: 0, end: 1, text: 'late' };
  let reads = 0;
  const racing = {
    append: journal.append,
    read: async (id: typeof session, after: number) => {
      const entries = await journal.read(id, after);
      if (reads++ === 0) {
        await journal.append(id, { seq: 2, json: JSON.stringify(final), commitSample: 5120 });
      }
      return entries;
    },
  };
  await journal.append(session, { seq: 1, json: '{"type":"session.begin","seq":1}' });
  const { seq, restored } = await takeOver(racing, request);
  expect(seq).toBe(3);
  expect(restored).toMatchObject({ finalisedSample: 5120, segments: [{ text: 'late' }] });
});

it('[RSM-9] writes nothing into the journal of a session that has ended', async () => {
  const { journal } = createMemoryBus({ clock: createFakeClock() });
  await journal.append(session, { seq: 1, json: '{"type":"session.end","seq":1}' });
  expect((await takeOver(journal, request)).restored.hasEnded).toBe(true);
  expect(await journal.read(session, 0)).toHaveLength(1);
});
