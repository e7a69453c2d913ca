/** Whatever breaks and wherever: the reader gets what an unbroken session would have told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../../src/client/metrics.ts';
import type { SessionClose, StreamSession } from '../../../src/client/ports.ts';
import { openResumingSession } from '../../../src/client/resume/open-resuming-session.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { byteAt, createModelGateway, type Cut, type ModelGateway, RATE } from './model-gateway.ts';

type Act = { readonly type: 'audio'; readonly frames: number } | { readonly type: 'flush' };

const acts = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ type: fc.constant('audio' as const), frames: fc.integer({ min: 1, max: 170 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('flush' as const) }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Ends that a session survives more than once. */
const cut: fc.Arbitrary<Cut> = fc.record({
  up: fc.integer({ min: 0, max: 15 }),
  down: fc.integer({ min: 0, max: 15 }),
  code: fc.constantFrom(1006, 1001, 1012),
});

interface Run {
  readonly messages: readonly ReceivedMessage[];
  readonly close: SessionClose;
  readonly gateway: ModelGateway;
}

async function play(script: readonly Act[], cuts: readonly Cut[]): Promise<Run> {
  const clock = createFakeClock();
  const gateway = createModelGateway(cuts);
  const session = await openResumingSession(
    {
      gateway: 'ws://model',
      otherGateways: ['ws://other'],
      sampleRate: RATE,
      channels: 1,
      encoding: 'mulaw',
      connectTimeoutMs: 1_000,
    },
    { clock, random: () => 0.5, openLink: gateway.openLink },
  );
  const messages: ReceivedMessage[] = [];
  const state = { isOver: false };
  const reading = (async () => {
    for await (const message of session.messages) messages.push(message);
    state.isOver = true;
  })();
  const speaking = speak(session, script);
  while (!state.isOver) await clock.advance(50);
  await reading;
  await speaking;
  return { messages, close: await session.closed, gateway };
}

async function speak(session: StreamSession, script: readonly Act[]): Promise<void> {
  let frame = 0;
  for (const act of script) {
    if (act.type === 'flush') session.flush();
    else {
      await session.send(Uint8Array.from({ length: act.frames }, (_, index) => byteAt(frame + index)));
      frame += act.frames;
    }
  }
  session.end();
}

const wordsOf = ({ messages }: Run): readonly string[] =>
  messages.flatMap((message) => (message.type === 'transcript.final' ? [message.text] : []));

describe('a session over connections that break anywhere', () => {
  it('[CLI-1] [CLI-5] tells every word once and in order, and every number once', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.array(cut, { maxLength: 6 }), async (script, cuts) => {
        // A first connection that is never made is another story: nothing is there to go on with.
        const survivable = cuts.map((one, index) =>
          index === 0 ? { ...one, up: one.up + 1, down: one.down + 1 } : one,
        );
        const whole = await play(script, []);
        const broken = await play(script, survivable);
        expect(wordsOf(broken)).toEqual(wordsOf(whole));
        const numbers = broken.messages.flatMap((message) => ('seq' in message ? [message.seq] : []));
        expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
        expect(broken.messages.filter(({ type }) => type === 'session.end')).toHaveLength(1);
        expect(broken.close.fault).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});
