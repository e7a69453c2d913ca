import { describe, expect, it } from 'vitest';
import { runCrowd, type CrowdOptions } from '../../../src/bench/crowd/run-crowd.ts';
import { planSpeaker, type Speaker } from '../../../src/bench/crowd/speaker.ts';
import { answeredMs, createTally, type EndedSession } from '../../../src/bench/crowd/tally.ts';
import { createProgram } from '../../../src/bench/program.ts';
import { createStepRecorder, type StepRecorder } from '../../../src/bench/recorder.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createScriptedWire, type Script, type ScriptedServer } from '../scripted-wire.ts';

const program = createProgram([{ name: 'a', samples: new Int16Array(16_000).fill(1), text: undefined }], {
  gapSamples: 0,
  frameSamples: 1600,
});

interface Played {
  readonly ended: readonly EndedSession[];
  readonly recorder: StepRecorder;
  readonly tally: ReturnType<typeof createTally>;
}

async function play(speakers: readonly Speaker[], script: (clock: FakeClock) => Script): Promise<Played> {
  const clock = createFakeClock();
  const recorder = createStepRecorder({ measureFromMs: 0, measureUntilMs: Infinity });
  const tally = createTally();
  const ended: EndedSession[] = [];
  const options: CrowdOptions = {
    wire: createScriptedWire(script(clock)),
    ...{ program, frameMs: 100, seed: 7, drainMs: 2000, clock, signal: new AbortController().signal },
  };
  const originMs = clock.nowMs();
  const over = new AbortController();
  const running = runCrowd(options, {
    ...{ speakers, recorder, tally, sinceMs: () => clock.nowMs() - originMs },
    onEnded: (session) => void ended.push(session),
  }).finally(() => over.abort());
  while (!over.signal.aborted) await clock.advance(100);
  await running;
  return { ended, recorder, tally };
}

const once = (arriveAtMs: number): Speaker => ({
  arriveAtMs,
  leaveAtMs: arriveAtMs + 1500,
  lifeMs: { least: 1000, most: 1000 },
  returns: false,
});

const refuse = ({ handlers }: ScriptedServer, retryAfterMs: number | undefined): void => {
  handlers.onFault({ code: 'no_capacity', message: 'full', retryAfterMs });
  handlers.onClose(1013);
};

describe('a crowd', () => {
  it('lets each speaker have one session and counts what became of it', async () => {
    const { ended, tally, recorder } = await play([once(0), once(250)], () => ({}));
    expect(ended.map(({ plan, outcome }) => [plan.connectAtMs, plan.messages, outcome.type])).toEqual([
      [0, 10, 'complete'],
      [250, 10, 'complete'],
    ]);
    expect(tally.counts).toEqual({ sessions: 2, admitted: 2, refused: 0, errors: 0, incomplete: 0 });
    expect(tally.model).toBe('scripted-160ms');
    expect(recorder.histograms.connect.count).toBe(2);
  });

  it('[BEN-19] counts from when the connection was due, whatever earlier sessions wait for', async () => {
    const slow = (clock: FakeClock): Script => ({
      onOpen: ({ handlers }) => {
        const ready = clock.sleep(800);
        void ready.then(() => handlers.onReady(undefined));
      },
    });
    const { recorder, ended } = await play([once(0), once(10), once(20)], slow);
    expect(ended.map(({ plan }) => plan.connectAtMs)).toEqual([0, 10, 20]);
    expect(recorder.histograms.connect.figures()).toMatchObject({ n: 3, min: 800, max: 800 });
  });

  it('[BEN-19] comes again when the hint says so, and after a second where there is none', async () => {
    const hints = [300, undefined];
    const speaker = { ...once(0), leaveAtMs: 3200, returns: true };
    const { ended, tally } = await play([speaker], () => ({
      onOpen: (server) => {
        if (hints.length > 0) refuse(server, hints.shift());
        else server.handlers.onReady(undefined);
      },
    }));
    // After the third nothing that is long enough to be a message fits before the leaving.
    expect(ended.map(({ plan, outcome }) => [plan.connectAtMs, outcome.type])).toEqual([
      [0, 'refused'],
      [300, 'refused'],
      [1300, 'complete'],
    ]);
    expect(tally.counts.refused).toBe(2);
    expect([tally.retryAfterMs, tally.refusalsWithoutHint]).toEqual([{ min: 300, max: 300 }, 1]);
  });

  it('gives up a session that is not answered, and ends', async () => {
    const { ended, tally } = await play([once(0)], () => ({ onEnd: () => undefined }));
    expect(ended[0]?.outcome).toMatchObject({ type: 'failed', fault: { code: 'timeout' } });
    expect(tally.errorsByCode).toEqual({ timeout: 1 });
  });

  it('[BEN-20] draws lives and places from the seed and the number of the speaker', () => {
    const speaker: Speaker = {
      ...{ arriveAtMs: 0, leaveAtMs: 1e6, returns: true },
      lifeMs: { least: 2000, most: 9000 },
    };
    const lives = (seed: number, index: number): readonly (readonly number[])[] => {
      const plans = planSpeaker(speaker, { seed, index, frameMs: 100, loopSamples: 16_000 });
      return [0, 5000, 10_000].map((atMs) => {
        const { messages = 0, offsetSamples = 0 } = plans.next(atMs) ?? {};
        return [messages, offsetSamples];
      });
    };
    expect(lives(1, 0)).toEqual(lives(1, 0));
    expect(lives(1, 0)).not.toEqual(lives(1, 1));
    expect(lives(1, 0)).not.toEqual(lives(2, 0));
    for (const [messages = 0] of lives(1, 0)) {
      expect(messages).toBeGreaterThanOrEqual(20);
      expect(messages).toBeLessThanOrEqual(90);
    }
  });

  it('[BEN-22] counts the audio of a session that was due in the window and answered', () => {
    const schedule = { frameMs: 100, frameSamples: 1600 };
    const plan = { connectAtMs: 0, startAtMs: 500, messages: 10, offsetSamples: 0, flushPhase: 0 };
    const whole = { plan, outcome: { type: 'complete', isWhole: true }, answeredSamples: 0 } as const;
    const fault = { code: 'timeout', message: '' } as const;
    const part = { plan, outcome: { type: 'failed', fault }, answeredSamples: 4800 } as const;
    const within = (fromMs: number, untilMs: number): readonly number[] =>
      [whole, part, { ...part, answeredSamples: 0 }].map((session) =>
        answeredMs(session, { schedule, fromMs, untilMs }),
      );
    expect(within(0, 5000)).toEqual([1000, 300, 0]);
    expect(within(700, 1000)).toEqual([300, 100, 0]);
    expect(within(2000, 3000)).toEqual([0, 0, 0]);
  });
});
