import { afterEach, describe, expect, it } from 'vitest';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';
import { startScheduler, type Scheduler } from '../../../src/engine/batch/scheduler.ts';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import { SessionCore } from '../../../src/engine/session/session-core.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { joined, SESSION_OPTIONS, silence, tone } from '../../support/engine.ts';
import {
  createLevelDetector,
  createScriptedRecogniser,
  type Script,
  type ScriptedRecogniser,
} from '../../support/scripted-recogniser.ts';

const LOW = 400;
const HIGH = 4000;
const quiet = joined([silence(640), tone(LOW, 480), silence(800), tone(HIGH, 480), silence(800)]);
const loud = joined([silence(640), tone(HIGH, 480, 0.9), silence(800), tone(HIGH, 480), silence(800)]);

interface Fleet {
  readonly recogniser: ScriptedRecogniser;
  readonly steps: ReturnType<typeof createStepTimes>;
  /** Texts and fault codes of each session, once all of them have ended. */
  readonly said: Promise<readonly (readonly string[])[]>;
}

const running: Scheduler[] = [];

afterEach(async () => {
  for (const scheduler of running.splice(0)) await scheduler.stop();
});

function serve(streams: readonly Int16Array[], options: Script & { readonly failing?: boolean } = {}): Fleet {
  const recogniser = createScriptedRecogniser(options);
  const steps = createStepTimes();
  const events: EngineEvent[][] = streams.map(() => []);
  const { promise: allEnded, resolve } = withResolvers();
  const scheduler = startScheduler({
    speechModel: createLevelDetector({ failing: options.failing ?? false }),
    clock: systemClock,
    stepTimes: steps,
    onRound: () => {
      if (cores.every((core) => core.hasEnded)) resolve();
    },
  });
  running.push(scheduler);
  const cores = streams.map(
    (_, i) =>
      new SessionCore(
        { recogniser, mel: recogniser.mel, emit: (event) => events[i]?.push(event) },
        { ...SESSION_OPTIONS, partials: false },
      ),
  );
  for (const [i, core] of cores.entries()) {
    scheduler.add(core);
    core.push(streams[i] ?? silence(0));
    core.control({ type: 'end' });
  }
  scheduler.wake();
  return { recogniser, steps, said: allEnded.then(() => events.map((each) => texts(each))) };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle() };
}

function texts(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'final') return [event.text];
    return event.type === 'fault' ? [event.code] : [];
  });
}

describe('batches', () => {
  it('[ENG-29] hold every session that is ready, at most eight', async () => {
    const { recogniser, steps, said } = serve(Array.from({ length: 11 }, () => quiet));
    expect(await said).toEqual(Array.from({ length: 11 }, () => ['low', 'high']));
    expect(Math.max(...recogniser.batches)).toBe(8);
    expect(recogniser.batches.slice(0, 4)).toEqual([8, 3, 8, 3]);
    expect(steps.steps).toBe(recogniser.batches.length);
    expect(steps.batchFill).toBe(5.5);
  });

  it('[ENG-29] are no larger than the model takes', async () => {
    const { recogniser, said } = serve([quiet, quiet, quiet], { maxBatch: 2 });
    expect(await said).toHaveLength(3);
    expect(recogniser.batches.slice(0, 4)).toEqual([2, 1, 2, 1]);
  });
});

describe('a failure', () => {
  it('[ENG-25] of a batch hurts only the session it is about', async () => {
    const { recogniser, said } = serve([quiet, loud, quiet, quiet], { onLoud: 'throw' });
    const [first, second, ...rest] = await said;
    expect([first, ...rest]).toEqual([
      ['low', 'high'],
      ['low', 'high'],
      ['low', 'high'],
    ]);
    // The failed utterance is lost, what is left of its speech may fail again, the next one is heard.
    expect(second?.[0]).toBe('asr_failed');
    expect(second?.at(-1)).toBe('high');
    expect(recogniser.batches.slice(0, 6)).toEqual([4, 4, 1, 1, 1, 1]);
  });

  it('[ENG-26] of one row hurts only the session it is about', async () => {
    const { recogniser, said } = serve([quiet, loud, quiet], { onLoud: 'nan' });
    const [first, second, third] = await said;
    expect([first, third]).toEqual([
      ['low', 'high'],
      ['low', 'high'],
    ]);
    expect([second?.[0], second?.at(-1)]).toEqual(['asr_failed', 'high']);
    expect(recogniser.batches[0]).toBe(3);
  });

  it('[ENG-25] of the detector is told for each window and the session still ends', async () => {
    const { said } = serve([quiet.slice(0, 2048)], { failing: true });
    expect(await said).toEqual([['asr_failed', 'asr_failed', 'asr_failed', 'asr_failed']]);
  });
});
