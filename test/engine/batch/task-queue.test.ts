import { describe, expect, it } from 'vitest';
import { createTaskQueue, type Waiting } from '../../../src/engine/batch/task-queue.ts';
import type { UtteranceRecogniser } from '../../../src/engine/asr/utterance-recogniser.ts';
import { SessionCore } from '../../../src/engine/session/session-core.ts';
import type { EngineTask } from '../../../src/engine/session/tasks.ts';
import { SESSION_OPTIONS, tone } from '../../support/engine.ts';
import { createScriptedRecogniser } from '../../support/scripted-recogniser.ts';

const recogniser = createScriptedRecogniser({ maxBatch: 3 });
const slow: UtteranceRecogniser = { maxSamples: 480_000, maxBatch: 2, recognise: () => Promise.resolve([]) };

/** A session of a stream without the detector; one that is finishing has been told to end. */
function session(options: { readonly finishing?: boolean } = {}): SessionCore {
  const core = new SessionCore(
    { recognition: { kind: 'streaming', recogniser, mel: recogniser.mel }, emit: () => undefined },
    { ...SESSION_OPTIONS, vad: false },
  );
  core.push(tone(400, 1000));
  if (options.finishing !== true) return core;
  core.control({ type: 'end' });
  for (let task = core.next(); task && !core.isFinishing; task = core.next()) core.recognised(true);
  return core;
}

let order = 0;
function waiting(kind: EngineTask['kind'], sinceMs: number, core = session()): Waiting {
  const features = new Float32Array(0);
  const tasks = {
    score: { kind: 'score', item: { windows: [features], state: features } },
    recognise: { kind: 'recognise', recogniser, item: { state: recogniser.createState('en'), features } },
    transcribe: {
      kind: 'transcribe',
      recogniser: slow,
      item: { samples: features, language: 'en' },
      accept: () => undefined,
    },
  } as const;
  return { session: core, task: tasks[kind], sinceMs, order: ++order };
}

function queueOf(all: readonly Waiting[]): ReturnType<typeof createTaskQueue> {
  const queue = createTaskQueue({ scores: 2, steps: () => 8 });
  for (const each of all) queue.add(each);
  return queue;
}

function sessionsOf(queue: ReturnType<typeof createTaskQueue>, nowMs = 0): readonly SessionCore[] {
  return queue.take(nowMs)?.items.map((item) => item.session) ?? [];
}

describe('the next batch', () => {
  it('[ENG-105] is of detector windows while there are any', () => {
    const queue = queueOf([
      waiting('recognise', 1),
      waiting('score', 2),
      waiting('score', 3),
      waiting('score', 4),
    ]);
    expect([0, 0, 0, 0].map(() => queue.take(9)?.kind)).toEqual(['score', 'score', 'recognise', undefined]);
  });

  it('[ENG-105] holds what has waited longest, as many as the model takes, in a fixed order of sessions', () => {
    const all = [40, 30, 20, 10].map((sinceMs) => waiting('recognise', sinceMs));
    const queue = queueOf(all);
    expect(sessionsOf(queue)).toEqual([all[1], all[2], all[3]].map((each) => each?.session));
    expect(sessionsOf(queue)).toEqual([all[0]?.session]);
  });

  it('[ENG-105] makes finals before it makes partials', () => {
    const partials = [1, 2, 3].map((sinceMs) => waiting('recognise', sinceMs));
    const final = waiting('recognise', 50, session({ finishing: true }));
    expect(sessionsOf(queueOf([...partials, final]))).toContain(final.session);
  });

  it('[ENG-105] is of whole utterances when no step waits, or when one has waited 100 ms', () => {
    const patient = queueOf([waiting('transcribe', 0), waiting('recognise', 50)]);
    expect([99, 99].map((nowMs) => patient.take(nowMs)?.kind)).toEqual(['recognise', 'transcribe']);
    const overdue = queueOf([waiting('transcribe', 0), waiting('recognise', 50)]);
    expect([100, 100].map((nowMs) => overdue.take(nowMs)?.kind)).toEqual(['transcribe', 'recognise']);
  });

  it('holds nothing of a session that was removed', () => {
    const all = (['score', 'recognise', 'transcribe'] as const).map((kind) => waiting(kind, 0));
    const queue = queueOf(all);
    for (const each of all) queue.remove(each.session);
    expect(queue.take(1000)?.items ?? []).toEqual([]);
  });
});
