/** The bundled model computes in fp32: who shares a batch must not change what is heard. */
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import { computeSilentStates } from '../../../src/engine/vad/silent-states.ts';
import { createSessionTable } from '../../../src/engine/thread/session-table.ts';
import { loadBundledModels, readClip, runSession, SESSION_OPTIONS, spoken } from '../../support/engine.ts';

it('[ENG-28] sessions in one batch get exactly the events each would get alone', async () => {
  const models = await loadBundledModels();
  const names = ['digits', 'two-utterances', 'demo', 'digits', 'silence', 'demo', 'two-utterances'];
  const clips = await Promise.all(names.map((name) => readClip(`fixtures/audio/${name}.wav`)));
  const options = { model: 'tiny', maxUtteranceMs: 4000 };
  const alone: (readonly EngineEvent[])[] = [];
  for (const audio of clips) alone.push(await runSession(models, { audio, options }));

  const heard = clips.map((): EngineEvent[] => []);
  const stepTimes = createStepTimes();
  const { recogniser, speechModel, mel } = models;
  const recognition = { kind: 'streaming', recogniser, mel } as const;
  const model = { name: 'tiny', aliases: [], languages: ['en'], streaming: true, chunkMs: 160 };
  const silentStates = await computeSilentStates(speechModel, 31);
  await new Promise<void>((resolve) => {
    const table = createSessionTable({
      speechModel,
      silentStates,
      models: [{ model, recognition, release: () => Promise.resolve() }],
      limits: { scores: 8, steps: () => 8 },
      onExhausted: () => undefined,
      stepTimes,
      clock: systemClock,
      post: (message) => {
        if (message.type !== 'events') return;
        for (const { session, events } of message.batch) heard[session]?.push(...events);
        if (heard.every((events) => events.at(-1)?.type === 'ended')) resolve();
      },
    });
    for (const [session, audio] of clips.entries()) {
      table.handle([{ type: 'open', session, options: { ...SESSION_OPTIONS, ...options } }]);
      // Different lengths, the later sessions first: the rows of a batch change places all the time.
      for (let at = 0; at < audio.length; at += 3000 + 777 * session) {
        const pcm = audio.slice(at, at + 3000 + 777 * session);
        table.handle([{ type: 'audio', session, pcm, atMs: systemClock.nowMs() }]);
      }
      table.handle([{ type: 'control', session, control: { type: 'end' } }]);
    }
  });

  for (const [session, events] of heard.entries()) {
    expect(spoken(events), names[session]).toEqual(spoken(alone[session] ?? []));
  }
  expect(stepTimes.read().batchFill).toBeGreaterThan(1.5);
}, 30_000);
