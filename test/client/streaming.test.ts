import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { RtError } from '../../src/base/errors.ts';
import type { ReceivedMessage } from '../../src/client/metrics.ts';
import { openStreamSession } from '../../src/client/stream-session.ts';
import {
  faultOf,
  streamAudio,
  type StreamOutcome,
  type StreamRunOptions,
} from '../../src/client/streaming.ts';
import {
  type ScriptedGateway,
  type ScriptedPeer,
  sessionBegin,
  sessionEnd,
  startScriptedGateway,
} from '../support/scripted-gateway.ts';

let gateway: ScriptedGateway | undefined;
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

async function* silence(samples: number): AsyncGenerator<Int16Array> {
  yield new Int16Array(samples);
}

interface Run {
  readonly outcome: Promise<StreamOutcome>;
  readonly messages: readonly { readonly message: ReceivedMessage; readonly sinceOriginMs: number }[];
}

async function run(
  script: (peer: ScriptedPeer) => void,
  options: Partial<StreamRunOptions> = {},
): Promise<Run> {
  gateway = await startScriptedGateway(script);
  const session = await openStreamSession({
    gateway: gateway.url,
    sampleRate: 16_000,
    channels: 1,
    encoding: 'pcm_s16le',
    connectTimeoutMs: 2_000,
  });
  const messages: { message: ReceivedMessage; sinceOriginMs: number }[] = [];
  const outcome = streamAudio({
    session,
    frames: silence(4_000),
    sampleRate: 16_000,
    chunkMs: 100,
    speed: 'max',
    clock: systemClock,
    signal: new AbortController().signal,
    onMessage: (message, sinceOriginMs) => messages.push({ message, sinceOriginMs }),
    ...options,
  });
  return { outcome, messages };
}

/** Answers the end of the audio with a final and a session.end that accounts for `totalS`. */
const obliging =
  (totalS: number) =>
  (peer: ScriptedPeer): void => {
    peer.say(sessionBegin);
    void peer.heard('end').then(() => {
      peer.say(sessionEnd(2, totalS));
      peer.socket.close(1000, '');
    });
  };

describe('streamAudio', () => {
  it('sends everything in chunks, says end, and reads to the close', async () => {
    const sent: number[] = [];
    let peer: ScriptedPeer | undefined;
    const { outcome, messages } = await run(
      (connected) => {
        peer = connected;
        obliging(0.25)(connected);
      },
      { onSent: (endSample) => sent.push(endSample) },
    );
    const result = await outcome;
    expect(sent).toEqual([1600, 3200, 4000]);
    expect(peer?.audioBytes()).toBe(8000);
    expect(messages.map(({ message }) => message.type)).toEqual(['session.begin', 'session.end']);
    expect(result.metrics.summary()).toMatchObject({
      samples_sent: 4000,
      samples_accounted: 4000,
      complete: true,
    });
    expect(result.close.code).toBe(1000);
    expect(faultOf(result)).toBeUndefined();
  });

  it('keeps to the pace, counted from session.begin', async () => {
    const { outcome, messages } = await run(obliging(0.25), { speed: 1 });
    await outcome;
    const [begin, end] = messages.map(({ sinceOriginMs }) => sinceOriginMs);
    expect(Math.abs(begin ?? Number.NaN)).toBeLessThan(50);
    expect(end).toBeGreaterThanOrEqual(250);
  });

  it('sends no audio to a gateway that never begins, and tells its error', async () => {
    let peer: ScriptedPeer | undefined;
    const { outcome } = await run((connected) => {
      peer = connected;
      connected.say({
        type: 'error',
        code: 'no_capacity',
        message: 'Every worker is full.',
        recoverable: false,
        retry: 'after',
        retry_after_ms: 1500,
        ref: 'RT1013',
        seq: 1,
      });
      connected.socket.close(1013, 'no capacity');
    });
    expect(faultOf(await outcome)).toMatchObject({
      code: 'no_capacity',
      retryAfterMs: 1500,
      message: 'Every worker is full.',
    });
    expect(peer?.audioBytes()).toBe(0);
  });

  it('ends with the socket while audio is still to come', async () => {
    const { outcome } = await run(
      (peer) => {
        peer.say(sessionBegin);
        peer.socket.close(1011, 'worker lost');
      },
      { frames: silence(16_000 * 60), speed: 1 },
    );
    const result = await outcome;
    expect(faultOf(result)).toMatchObject({ code: 'session_failed' });
    expect(faultOf(result)?.message).toContain('1011: worker lost');
  });

  it('does not wait for a source that never speaks', async () => {
    async function* mute(): AsyncGenerator<Int16Array> {
      yield await new Promise<never>(() => undefined);
    }
    const { outcome } = await run(
      (peer) => {
        peer.say(sessionBegin);
        peer.socket.terminate();
      },
      { frames: mute() },
    );
    expect((await outcome).close.code).toBe(1006);
  });

  it('gives up a gateway that is silent after the audio', async () => {
    const { outcome } = await run((peer) => peer.say(sessionBegin), { silenceTimeoutMs: 100 });
    await expect(outcome).rejects.toMatchObject({ code: 'timeout' });
  });

  async function* broken(): AsyncGenerator<Int16Array> {
    yield new Int16Array(3200);
    throw new Error('the disk is gone');
  }

  it('[STR-3] ends the session in order when the source fails: what was sent is told, and the fault', async () => {
    const { outcome, messages } = await run(obliging(0.2), { frames: broken() });
    const result = await outcome;
    expect(messages.at(-1)?.message.type).toBe('session.end');
    expect(faultOf(result)?.message).toBe('the disk is gone');
    expect(result.metrics.summary()).toMatchObject({ samples_sent: 3200, complete: false });
    expect((await gateway?.closes[0])?.code).toBe(1000);
  });

  it('[STR-3] passes the fault of the source on where the gateway does not answer', async () => {
    const { outcome } = await run((peer) => peer.say(sessionBegin), {
      frames: broken(),
      silenceTimeoutMs: 50,
    });
    await expect(outcome).rejects.toThrow('the disk is gone');
    expect((await gateway?.closes[0])?.code).toBe(1000);
  });

  describe('that is stopped', () => {
    const asked = new RtError('interrupted', 'asked to stop');

    it('[STR-1] sends no more, says end and tells what is still to come', async () => {
      const stop = new AbortController();
      const heard: number[] = [];
      const { outcome, messages } = await run(obliging(0.2), {
        frames: silence(16_000 * 60),
        speed: 1,
        stop: stop.signal,
        onSamples: (samples) => heard.push(samples.length),
        onSent: (endSample) => {
          if (endSample === 3200) stop.abort(asked);
        },
      });
      const result = await outcome;
      expect(messages.at(-1)?.message.type).toBe('session.end');
      expect(faultOf(result)).toBe(asked);
      expect(heard).toEqual([1600, 1600]);
      expect(result.metrics.summary()).toMatchObject({ samples_sent: 3200, complete: true });
    });

    it('[STR-1] does not wait for a source that never speaks', async () => {
      async function* mute(): AsyncGenerator<Int16Array> {
        yield await new Promise<never>(() => undefined);
      }
      const stop = new AbortController();
      const { outcome } = await run(obliging(0), {
        frames: mute(),
        stop: stop.signal,
        onMessage: () => stop.abort(asked),
      });
      expect(faultOf(await outcome)).toBe(asked);
    });

    it('[STR-1] closes a session that has not begun', async () => {
      const stop = new AbortController();
      const { outcome } = await run(() => stop.abort(asked), { stop: stop.signal });
      await expect(outcome).rejects.toBe(asked);
      expect((await gateway?.closes[0])?.code).toBe(1000);
    });

    it('[STR-1] gives a gateway up that does not answer', async () => {
      const stop = new AbortController();
      const { outcome } = await run((peer) => peer.say(sessionBegin), {
        silenceTimeoutMs: 50,
        stop: stop.signal,
        onSent: () => stop.abort(asked),
      });
      await expect(outcome).rejects.toBe(asked);
    });
  });

  it('closes the session when it is interrupted', async () => {
    const controller = new AbortController();
    const { outcome } = await run((peer) => peer.say(sessionBegin), {
      frames: silence(16_000 * 60),
      speed: 1,
      signal: controller.signal,
      onSent: () => controller.abort(new Error('stop')),
    });
    await expect(outcome).rejects.toThrow('stop');
    expect((await gateway?.closes[0])?.code).toBe(1000);
  });
});
