/** The promise of the bundled model's fp32 at length: no company and no order of arrival changes a token. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { randomFrom } from '../../../src/base/random.ts';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import { createSessionTable } from '../../../src/engine/thread/session-table.ts';
import { computeSilentStates } from '../../../src/engine/vad/silent-states.ts';
import {
  type EngineModels,
  loadBundledModels,
  readClip,
  runSession,
  SESSION_OPTIONS,
  spoken,
} from '../../support/engine.ts';

const CHUNK_SAMPLES = 2560;
const STREAMS = 48;
const STREAM_SAMPLES = 210 * CHUNK_SAMPLES;

async function readStreams(): Promise<readonly Int16Array[]> {
  const folder = join(process.env['RT_TEST_AUDIO'] ?? '', 'fsdd');
  const names = readdirSync(folder).filter((name) => name.endsWith('-16k.wav'));
  const clips = await Promise.all(names.map((name) => readClip(join(folder, name))));
  const random = randomFrom(4);
  return Array.from({ length: STREAMS }, () => {
    const audio = new Int16Array(STREAM_SAMPLES);
    for (let at = 0; at < STREAM_SAMPLES; ) {
      const clip = clips[Math.floor(random() * clips.length)]!;
      const part = clip.subarray(Math.floor(random() * clip.length), clip.length);
      audio.set(part.subarray(0, STREAM_SAMPLES - at), at);
      at += part.length;
    }
    return audio;
  });
}

/** All streams at once in one engine, their audio in pieces of random length and in random order. */
async function together(
  models: EngineModels,
  streams: readonly Int16Array[],
  company: { readonly batch: number; readonly seed: number },
): Promise<{ readonly heard: readonly EngineEvent[][]; readonly steps: number; readonly fill: number }> {
  const heard = streams.map((): EngineEvent[] => []);
  const stepTimes = createStepTimes();
  const { recogniser, speechModel, mel, silentStates = [] } = models;
  const model = { name: 'tiny', aliases: [], languages: ['en'], streaming: true, chunkMs: 160 };
  const random = randomFrom(company.seed);
  await new Promise<void>((resolve) => {
    const table = createSessionTable({
      speechModel,
      silentStates,
      models: [
        {
          model,
          recognition: { kind: 'streaming', recogniser, mel },
          release: () => Promise.resolve(),
        },
      ],
      limits: { scores: 32, steps: () => company.batch },
      onExhausted: () => undefined,
      stepTimes,
      clock: systemClock,
      post: (message) => {
        if (message.type !== 'events') return;
        for (const { session, events } of message.batch) heard[session]?.push(...events);
        if (heard.every((events) => events.at(-1)?.type === 'ended')) resolve();
      },
    });
    const left = new Map(streams.map((_, session) => [session, 0]));
    for (const session of left.keys()) {
      table.handle([{ type: 'open', session, options: { ...SESSION_OPTIONS, model: 'tiny' } }]);
    }
    const feed = (): void => {
      for (let i = 0; i < STREAMS && left.size > 0; i++) {
        const session = [...left.keys()][Math.floor(random() * left.size)]!;
        const at = left.get(session)!;
        const pcm = streams[session]!.slice(at, at + 200 + Math.floor(random() * 8000));
        table.handle([{ type: 'audio', session, pcm, atMs: systemClock.nowMs() }]);
        left.set(session, at + pcm.length);
        if (at + pcm.length < STREAM_SAMPLES) continue;
        table.handle([{ type: 'control', session, control: { type: 'end' } }]);
        left.delete(session);
      }
      if (left.size > 0) setImmediate(feed);
    };
    feed();
  });
  const { steps, batchFill } = stepTimes.read();
  return { heard, steps, fill: batchFill };
}

describe('ten thousand chunks', () => {
  let models: EngineModels;
  let streams: readonly Int16Array[];
  const alone: (readonly EngineEvent[])[] = [];
  beforeAll(async () => {
    const loaded = await loadBundledModels();
    models = { ...loaded, silentStates: await computeSilentStates(loaded.speechModel, 31) };
    streams = await readStreams();
    for (const audio of streams) alone.push(await runSession(models, { audio, options: { model: 'tiny' } }));
  }, 300_000);

  it.each([
    { batch: 5, seed: 1 },
    { batch: 32, seed: 2 },
  ])(
    '[ENG-28] say the same alone and in batches of up to $batch',
    async (company) => {
      const { heard, steps, fill } = await together(models, streams, company);
      expect(STREAMS * (STREAM_SAMPLES / CHUNK_SAMPLES)).toBeGreaterThanOrEqual(10_000);
      let words = 0;
      for (const [session, events] of heard.entries()) {
        expect(spoken(events), `stream ${session}`).toEqual(spoken(alone[session] ?? []));
        words += events.reduce((sum, event) => sum + (event.type === 'final' ? event.words.length : 0), 0);
      }
      expect(words).toBeGreaterThan(1000);
      expect(fill).toBeGreaterThan(company.batch / 2);
      console.log({ company, steps, fill, words });
    },
    300_000,
  );
});
