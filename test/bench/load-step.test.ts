import { describe, expect, it } from 'vitest';
import { runStep, type StepOptions, type StepOutcome } from '../../src/bench/load-step.ts';
import { createProgram } from '../../src/bench/program.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createScriptedWire, type Script } from './scripted-wire.ts';

const program = createProgram([{ name: 'a', samples: new Int16Array(16_000).fill(1), text: 'one two' }], {
  gapSamples: 1600,
  frameSamples: 1600,
});

function options(clock: FakeClock, script: Script, changes: Partial<StepOptions> = {}): StepOptions {
  return {
    sessions: 1,
    wire: createScriptedWire(script),
    program,
    frameMs: 100,
    seed: 3,
    warmupMs: 1000,
    measuredMs: 5000,
    flushEveryMs: undefined,
    drainMs: 2000,
    pids: [],
    clock,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Runs a step on a clock of its own, as far as it goes. */
async function play(
  script: (clock: FakeClock) => Script,
  changes: Partial<StepOptions> = {},
): Promise<StepOutcome> {
  const clock = createFakeClock();
  let outcome: StepOutcome | undefined;
  const running = runStep(options(clock, script(clock), changes)).then((ended) => {
    outcome = ended;
  });
  while (outcome === undefined) await clock.advance(500);
  await running;
  return outcome;
}

/** Answers each message at once with a text of its own. */
const prompt: Script['onAudio'] = ({ handlers, received }) =>
  handlers.onResult({ text: String(received()), isFinal: false, audioEndSample: received() });

describe('a step of a load run', () => {
  it('sends every message when it is due and sums up what came back', async () => {
    const outcome = await play(() => ({ onAudio: prompt }), { sessions: 3 });
    const { histograms, counts } = outcome.recorder;
    expect(outcome).toMatchObject({
      sessions: 3,
      admitted: 3,
      refused: 0,
      failed: 0,
      incomplete: 0,
      goodput: 3,
    });
    expect(histograms.lateness.figures().max).toBeLessThanOrEqual(1);
    expect(histograms.resp_lag.figures()).toMatchObject({ n: 150 });
    expect(histograms.end_lag.count).toBe(3);
    // The text shown last never became final.
    expect(counts).toEqual({ timeouts: 3, early: 0 });
  });

  it('[BEN-5] shows a stall of 10 s at 100 messages a second in full, and never waits for the server', async () => {
    const stalled = (clock: FakeClock): Script => {
      const originMs = clock.nowMs();
      const waiting: (() => void)[] = [];
      let isWaking = false;
      return {
        onAudio: (server) => {
          const audioEndSample = server.received();
          const answer = (): void =>
            server.handlers.onResult({ text: String(audioEndSample), isFinal: false, audioEndSample });
          const sinceMs = clock.nowMs() - originMs;
          if (sinceMs < 5000 || sinceMs >= 15_000) return answer();
          waiting.push(answer);
          if (isWaking) return;
          isWaking = true;
          void clock.sleep(15_000 - sinceMs).then(() => waiting.splice(0).forEach((wake) => wake()));
        },
      };
    };
    const { recorder } = await play(stalled, { frameMs: 10, warmupMs: 0, measuredMs: 20_000 });
    const { resp_lag: resp, lateness } = recorder.histograms;
    expect(resp.count).toBe(2000);
    expect(resp.percentileMs(99)).toBeGreaterThan(9700);
    expect(resp.percentileMs(99)).toBeLessThan(9900);
    expect(resp.percentileMs(25)).toBeLessThan(2);
    expect(lateness.percentileMs(99)).toBeLessThanOrEqual(1);
  }, 30_000);

  it('[BEN-3] sends what was due before the server was ready as soon as it is, and is not late for it', async () => {
    const slow = (clock: FakeClock): Script => ({
      onOpen: ({ handlers }) => void clock.sleep(4000).then(() => handlers.onReady(undefined)),
      onAudio: prompt,
    });
    const { recorder, incomplete } = await play(slow);
    expect(incomplete).toBe(0);
    expect(recorder.histograms.connect.figures()).toMatchObject({ n: 1, max: 4000 });
    expect(recorder.histograms.lateness.figures().max).toBeLessThanOrEqual(1);
    expect(recorder.histograms.resp_lag.figures().max).toBeGreaterThan(1000);
  });

  it('[BEN-9] counts sessions that are refused apart, with their time and their hint', async () => {
    let opened = 0;
    const full = (clock: FakeClock): Script => ({
      onAudio: prompt,
      onOpen: ({ handlers }) => {
        opened += 1;
        if (opened <= 2) return handlers.onReady(undefined);
        handlers.onFault({ code: 'no_capacity', message: 'full', retryAfterMs: 500 * opened });
        void clock.sleep(20).then(() => handlers.onClose(1013));
      },
    });
    const outcome = await play(full, { sessions: 4 });
    expect(outcome).toMatchObject({
      admitted: 2,
      refused: 2,
      failed: 0,
      refusals: { no_capacity: 2 },
      retryAfterMs: { min: 1500, max: 2000 },
      goodput: 2,
    });
    expect(outcome.recorder.histograms.refusal.figures()).toMatchObject({ n: 2, max: 20 });
  });

  it('[BEN-8] [BEN-10] counts what a session that dies leaves unanswered', async () => {
    const dying: Script = {
      onAudio: (server) => {
        prompt(server);
        if (server.received() < 16_000 * 4) return;
        server.handlers.onFault({ code: 'worker_lost', message: 'gone' });
        server.handlers.onClose(1011);
      },
    };
    const outcome = await play(() => dying);
    expect(outcome).toMatchObject({ admitted: 1, failed: 1, failures: { worker_lost: 1 } });
    expect(outcome.goodput).toBeGreaterThan(0);
    expect(outcome.goodput).toBeLessThan(1);
  });

  it('[BEN-8] gives up a server that falls silent, in bounded time', async () => {
    const outcome = await play(() => ({ onEnd: () => undefined }), { drainMs: 3000 });
    expect(outcome).toMatchObject({ failed: 1, failures: { timeout: 1 }, goodput: 0 });
    expect(outcome.recorder.counts.timeouts).toBe(50);
    expect(outcome.recorder.histograms.resp_lag.figures().max).toBeGreaterThan(7900);
  });

  it('[BEN-10] tells a session that was answered for less audio than was sent', async () => {
    const forgetful: Script = {
      onEnd: ({ handlers, received }) => {
        handlers.onEnd(received() - 17);
        handlers.onClose(1000);
      },
    };
    expect(await play(() => forgetful)).toMatchObject({ incomplete: 1, failed: 0 });
  });

  it('[BEN-7] flushes now and then while something is shown, and never in silence', async () => {
    let flushes = 0;
    const answering: Script = {
      onAudio: prompt,
      onFlush: ({ handlers, received }) => {
        flushes += 1;
        handlers.onResult({ text: 'one', isFinal: true, audioEndSample: received() });
      },
      onEnd: ({ handlers, received }) => {
        handlers.onResult({ text: 'two', isFinal: true, audioEndSample: received() });
        handlers.onEnd(received());
      },
    };
    const { recorder } = await play(() => answering, { flushEveryMs: 1000 });
    expect(flushes).toBeGreaterThanOrEqual(5);
    expect(recorder.histograms.final_lag.count).toBe(0);
    expect(recorder.histograms.flush_lag.count).toBeGreaterThanOrEqual(5);
    expect(recorder.counts.timeouts).toBe(0);
    await play(() => ({ onFlush: () => (flushes = -1) }), { flushEveryMs: 1000 });
    expect(flushes).not.toBe(-1);
  });

  it('ends at once when nobody is left to speak for', async () => {
    const clock = createFakeClock();
    const hopeless: Script = { onOpen: ({ handlers }) => handlers.onClose(1006) };
    const running = runStep(options(clock, hopeless, { sessions: 3, measuredMs: 60_000 }));
    await clock.advance(200);
    expect(await running).toMatchObject({ admitted: 0, failed: 3, failures: { session_failed: 3 } });
  });

  it('ends when it is interrupted, and lets go of every session', async () => {
    const clock = createFakeClock();
    const interruption = new AbortController();
    let closed = 0;
    const wire = createScriptedWire({ onAudio: prompt });
    const counting: StepOptions['wire'] = {
      ...wire,
      open: (handlers) => wire.open({ ...handlers, onClose: () => (closed += 1) }),
    };
    const running = runStep(options(clock, {}, { wire: counting, sessions: 2, signal: interruption.signal }));
    const caught = running.catch((error: unknown) => error);
    await clock.advance(2000);
    interruption.abort(new Error('enough'));
    await clock.advance(1);
    expect(await caught).toMatchObject({ message: 'enough' });
    expect(closed).toBe(2);
  });
});
