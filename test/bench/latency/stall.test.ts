/** The open loop on a clock that a test moves: nobody has to wait ten seconds to see ten seconds. */
import { expect, it } from 'vitest';
import { runLatencyStep } from '../../../src/bench/latency/latency-step.ts';
import { createProgram } from '../../../src/bench/program.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createScriptedWire } from '../scripted-wire.ts';

const STALL_MS = 10_000;

it('[BEN-42] a server that stops for 10 s while 100 messages a second are due shows a p99 of about 9.8 s', async () => {
  const clock = createFakeClock();
  const startMs = clock.nowMs();
  let answers = 0;
  const answer = (
    server: Parameters<NonNullable<Parameters<typeof createScriptedWire>[0]['onAudio']>>[0],
  ): void => {
    answers += 1;
    const audioEndSample = server.received();
    const text = `m${String(answers)}`;
    // Answers within a millisecond, but for 10 s of the 20.
    const sinceMs = clock.nowMs() - startMs;
    const delayMs = sinceMs > 5000 && sinceMs < 5000 + STALL_MS ? 5000 + STALL_MS - sinceMs : 1;
    void clock.sleep(delayMs).then(() => server.handlers.onResult({ text, isFinal: false, audioEndSample }));
  };
  const running = runLatencyStep({
    ...{ sessions: 1, seed: 1, frameMs: 10, warmupMs: 0, measuredMs: 20_000, tailMs: 0, drainMs: 1000 },
    ...{ pids: [], snapshot: undefined, clock, signal: new AbortController().signal },
    wire: createScriptedWire({
      onAudio: answer,
      onEnd: ({ handlers, received }) => {
        void clock.sleep(500).then(() => handlers.onEnd(received()));
      },
    }),
    program: createProgram([{ name: 'a.wav', samples: new Int16Array(16_000), text: 'a' }], {
      ...{ gapSamples: 0, frameSamples: 160 },
    }),
  });
  const over = new AbortController();
  const settled = running.finally(() => over.abort());
  while (!over.signal.aborted) await clock.advance(1000);
  const { outcome } = await settled;
  const { resp_lag: lag, lateness } = outcome.recorder.histograms;
  expect(lag.count).toBe(2000);
  expect(lateness.percentileMs(100)).toBeLessThan(1);
  expect(lag.percentileMs(99)).toBeGreaterThan(9750);
  expect(lag.percentileMs(99)).toBeLessThan(9850);
  expect(lag.percentileMs(50)).toBeLessThan(50);
});
