import { afterEach, describe, expect, it } from 'vitest';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';
import type { RecogniserState } from '../../../src/engine/asr/recogniser.ts';
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
  /** Sizes of the batches memory did not suffice for. */
  readonly exhausted: readonly number[];
  readonly steps: ReturnType<typeof createStepTimes>;
  /** Streams in the order they were said to be over, and those that were stepped after that. */
  readonly over: readonly RecogniserState[];
  readonly steppedAfterwards: readonly RecogniserState[];
  /** Texts and fault codes of each session, once all of them have ended. */
  readonly said: Promise<readonly (readonly string[])[]>;
}

const running: Scheduler[] = [];

afterEach(async () => {
  for (const scheduler of running.splice(0)) await scheduler.stop();
});

function serve(streams: readonly Int16Array[], options: Script & { readonly failing?: boolean } = {}): Fleet {
  const over: RecogniserState[] = [];
  const steppedAfterwards: RecogniserState[] = [];
  const scripted = createScriptedRecogniser(options);
  const recogniser: ScriptedRecogniser = {
    ...scripted,
    release: (state) => over.push(state),
    step(items) {
      steppedAfterwards.push(...items.map(({ state }) => state).filter((state) => over.includes(state)));
      return scripted.step(items);
    },
  };
  const steps = createStepTimes();
  const exhausted: number[] = [];
  const events: EngineEvent[][] = streams.map(() => []);
  const { promise: allEnded, resolve } = withResolvers();
  const scheduler = startScheduler({
    speechModel: createLevelDetector({ failing: options.failing ?? false }),
    clock: systemClock,
    stepTimes: steps,
    limits: { scores: 8, steps: () => 8 },
    onExhausted: (batch) => exhausted.push(batch),
    onAdvance: () => {
      if (cores.every((core) => core.hasEnded)) resolve();
    },
  });
  running.push(scheduler);
  const cores = streams.map(
    (_, i) =>
      new SessionCore(
        {
          recognition: { kind: 'streaming', recogniser, mel: recogniser.mel },
          emit: (event) => events[i]?.push(event),
        },
        { ...SESSION_OPTIONS, partials: false },
      ),
  );
  for (const [i, core] of cores.entries()) {
    core.push(streams[i] ?? silence(0));
    core.control({ type: 'end' });
    scheduler.touch(core);
  }
  return {
    recogniser,
    steps,
    over,
    steppedAfterwards,
    exhausted,
    said: allEnded.then(() => events.map((each) => texts(each))),
  };
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
    // Three are left over from the first round; the next batch takes them and five that are ready again.
    expect(recogniser.batches.slice(0, 4)).toEqual([8, 8, 8, 8]);
    expect(steps.read().steps).toBe(recogniser.batches.length);
    expect(steps.read().batchFill).toBeGreaterThan(7);
  });

  it('[ENG-29] are no larger than the model takes', async () => {
    const { recogniser, said } = serve([quiet, quiet, quiet], { maxBatch: 2 });
    expect(await said).toHaveLength(3);
    expect(Math.max(...recogniser.batches)).toBe(2);
  });
});

describe('a stream', () => {
  it('[ENG-74] is said to be over once its final is given, and is not stepped again', async () => {
    const { over, steppedAfterwards, said } = serve([quiet, quiet, quiet]);
    expect((await said).flat()).toHaveLength(6);
    expect(new Set(over).size).toBe(6);
    expect(over).toHaveLength(6);
    expect(steppedAfterwards).toEqual([]);
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

describe('memory that does not suffice', () => {
  it('[ENG-106] for a step is told with its size, and every session gets what it would have got alone', async () => {
    const { exhausted, said } = serve([quiet, quiet, quiet], { onBatchOver: 2 });
    expect(await said).toEqual([
      ['low', 'high'],
      ['low', 'high'],
      ['low', 'high'],
    ]);
    expect(exhausted).toContain(3);
    expect(exhausted.every((batch) => batch === 3)).toBe(true);
  });
});
