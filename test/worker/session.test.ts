import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/log.ts';
import { serveSession } from '../../src/worker/session.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createScriptedEngine, finalOf, partialOf } from '../support/scripted-engine.ts';
import { createSocketPair } from '../support/socket-pair.ts';
import { listenTo } from '../support/stream-client.ts';

const FIRST = { session_id: 'sess_000000000001' };

function open(
  options: { readonly lively?: boolean; readonly longestStepMs?: number; readonly refusal?: RtError } = {},
) {
  const clock = createFakeClock();
  const engine = createScriptedEngine(options);
  const pair = createSocketPair({ auto: true });
  const session = serveSession({
    socket: pair.near,
    engine,
    clock,
    log: silentLogger,
    admit: () => options.refusal,
  });
  const gateway = listenTo(pair.far);
  const begin = async (config: object = {}): Promise<void> => {
    gateway.send({ ...FIRST, ...config });
    await gateway.heard('session.begin');
  };
  return { clock, engine, session, gateway, begin, cut: pair.cut };
}

describe('the first message of a link', () => {
  it('[SES-53] is answered with the model and language that were meant', async () => {
    const { gateway, session, begin } = open();
    expect([session.holdsSlot, session.id]).toEqual([false, undefined]);
    await begin({ model: 'fast', language: 'auto' });
    expect(gateway.told[0]).toEqual({
      type: 'session.begin',
      session_id: FIRST.session_id,
      protocol: 1,
      model: 'scripted-en',
      language: 'en',
      partials: true,
      warnings: [],
    });
    expect([session.holdsSlot, session.id]).toEqual([true, FIRST.session_id]);
  });

  it('[FLO-6] says how long a step takes where that is long', async () => {
    const { gateway, begin } = open({ longestStepMs: 5400 });
    await begin();
    expect(gateway.told[0]).toMatchObject({ step_ms: 5400 });
  });

  it('[SES-53] promises partials only where the model has them and the client wants them', async () => {
    const wants = open();
    await wants.begin({ model: 'whole-utterances' });
    expect(wants.gateway.told[0]).toMatchObject({ partials: false });
    const refuses = open();
    await refuses.begin({ interim_results: false });
    expect(refuses.gateway.told[0]).toMatchObject({ partials: false });
  });

  it('hands every option to the engine in its own units', async () => {
    const { engine, begin } = open();
    await begin({
      model: 'scripted-en',
      language: 'en',
      interim_results: false,
      enable_vad: false,
      vad_threshold: 0.6,
      min_speech_ms: 100,
      min_silence_ms: 800,
      prefix_padding_ms: 200,
      max_utterance_s: 12,
      from_sample: 5120,
      history_samples: 512,
    });
    expect(engine.sessions[0]?.options).toEqual({
      model: 'scripted-en',
      language: 'en',
      partials: false,
      vad: false,
      vadThreshold: 0.6,
      minSpeechMs: 100,
      minSilenceMs: 800,
      prefixPaddingMs: 200,
      maxUtteranceMs: 12_000,
      fromSample: 5120,
      historySamples: 512,
    });
  });

  it('[SES-50] must come within ten seconds', async () => {
    const { clock, gateway, session } = open();
    await clock.advance(9999);
    expect(gateway.told).toEqual([]);
    await clock.advance(1);
    expect(await gateway.closed).toMatchObject({ code: 4408 });
    expect(gateway.told).toMatchObject([{ type: 'error', code: 'idle_timeout', recoverable: false }]);
    await session.closed;
    expect(clock.sleepers()).toBe(0);
  });

  it.each<[string, string | Uint8Array]>([
    ['binary', new Uint8Array(10)],
    ['no JSON', 'hello'],
    ['without an id', '{}'],
    ['an id that could leave its key', '{"session_id":"a:b"}'],
  ])('[SES-50] %s', async (_title, data) => {
    const { gateway, engine } = open();
    gateway.send(data);
    expect(await gateway.closed).toMatchObject({ code: 4400 });
    expect(gateway.told).toMatchObject([{ type: 'error', code: 'invalid_message', recoverable: false }]);
    expect(engine.sessions).toEqual([]);
  });

  it('[SES-51] of another protocol is refused', async () => {
    const { gateway, session } = open();
    gateway.send({ ...FIRST, protocol: 2 });
    expect(await gateway.closed).toMatchObject({ code: 4400 });
    expect(gateway.told).toMatchObject([
      { code: 'invalid_parameters', message: 'protocol 2 is not spoken here (this worker: 1)' },
    ]);
    expect(session.holdsSlot).toBe(false);
  });

  it('[SES-52] is refused when there is no slot, and opens nothing', async () => {
    const refusal = new RtError('no_capacity', 'full', { retryAfterMs: 1000 });
    const { gateway, engine, session } = open({ refusal });
    gateway.send(FIRST);
    expect(await gateway.closed).toMatchObject({ code: 1013 });
    expect(gateway.told).toMatchObject([{ code: 'no_capacity', retry: 'after', retry_after_ms: 1000 }]);
    expect([engine.sessions, session.holdsSlot]).toEqual([[], false]);
  });

  it('of a model that is not loaded is refused', async () => {
    const { gateway } = open();
    gateway.send({ ...FIRST, model: 'unloaded' });
    expect(await gateway.closed).toMatchObject({ code: 4400 });
    expect(gateway.told).toMatchObject([{ code: 'invalid_parameters' }]);
  });
});

describe('a running link', () => {
  it('[SES-53] tells progress four times a second, in silence too', async () => {
    const { clock, gateway, begin } = open();
    await begin();
    await clock.advance(1000);
    await gateway.heard('progress', 3);
    expect(gateway.told.filter(({ type }) => type === 'progress')).toEqual(
      Array.from({ length: 4 }, () => ({ type: 'progress', received: 0, decoded: 0, commit_sample: 0 })),
    );
  });

  it('[SES-53] tells progress after each step where that was asked for', async () => {
    const { gateway, begin } = open();
    await begin({ progress: 'step' });
    gateway.send(new Uint8Array(3200));
    expect(await gateway.heard('progress')).toEqual({
      type: 'progress',
      received: 1600,
      decoded: 1600,
      commit_sample: 0,
    });
  });

  it('[SES-54] says what the engine says, and how far the text is safe', async () => {
    const { clock, engine, gateway, begin } = open({ lively: false });
    await begin({ word_timestamps: true });
    gateway.send(new Uint8Array(64_000));
    engine.sessions[0]?.say({ type: 'speech-start', atSample: 0 });
    engine.sessions[0]?.say(partialOf('hel', 0, 8000));
    engine.sessions[0]?.say(finalOf('hello', 0, 16_384));
    engine.sessions[0]?.say({ type: 'fault', code: 'asr_failed', message: 'm', commitSample: 20_480 });
    await clock.advance(250);
    expect(await gateway.heard('progress')).toMatchObject({ received: 32_000, commit_sample: 20_480 });
    expect(gateway.types()).toEqual([
      'session.begin',
      'vad.speech_start',
      'transcript.partial',
      'transcript.final',
      'error',
    ]);
    expect(await gateway.heard('transcript.final')).toMatchObject({ words: [{ word: 'hello' }] });
  });

  it('[SES-7] hands control messages to the engine and answers what it cannot read', async () => {
    const { engine, gateway, begin } = open();
    await begin();
    gateway.send({ type: 'flush' });
    gateway.send({ type: 'clear' });
    gateway.send({
      type: 'config',
      interim_results: false,
      vad_threshold: 0.7,
      min_speech_ms: 1,
      min_silence_ms: 900,
    });
    gateway.send({ type: 'config', word_timestamps: true });
    gateway.send({ type: 'keepalive' });
    gateway.send('nonsense');
    gateway.send({ type: 'resume', token: 't', from_sample: 0, have_seq: 0 });
    await gateway.heard('error', 1);
    expect(engine.sessions[0]?.controls).toEqual([
      'flush',
      'clear',
      { partials: false, vadThreshold: 0.7, minSpeechMs: 1, minSilenceMs: 900 },
      {},
    ]);
    engine.sessions[0]?.say(finalOf('hello', 0, 512));
    expect(await gateway.heard('transcript.final')).toMatchObject({ words: [{ word: 'hello' }] });
  });

  it('[SES-55] ends with progress, session.end and 1000, and takes no audio after end', async () => {
    const { engine, session, gateway, begin } = open();
    await begin();
    gateway.send(new Uint8Array(32_000));
    engine.sessions[0]?.say(finalOf('one', 0, 8000));
    engine.sessions[0]?.say(finalOf('two', 8000, 15_872));
    gateway.send({ type: 'end' });
    gateway.send(new Uint8Array(32_000));
    expect(await gateway.closed).toMatchObject({ code: 1000 });
    expect(gateway.told.slice(-2)).toEqual([
      { type: 'progress', received: 16_000, decoded: 16_000, commit_sample: 16_000 },
      {
        type: 'session.end',
        session_id: FIRST.session_id,
        total_duration: 1,
        total_speech_duration: 0,
        transcript: 'one two',
        segments: [
          { start: 0, end: 0.5, text: 'one' },
          { start: 0.5, end: 0.992, text: 'two' },
        ],
      },
    ]);
    expect([session.holdsSlot, engine.sessions[0]?.isClosed]).toEqual([false, true]);
  });

  it('[SES-52] lets slot and engine go the moment its connection is lost', async () => {
    const { clock, engine, session, begin, cut } = open({ lively: false });
    await begin();
    cut();
    await session.closed;
    expect([session.holdsSlot, engine.sessions[0]?.isClosed, clock.sleepers()]).toEqual([false, true, 0]);
  });

  it('[SES-3] says nothing after it was shut down', async () => {
    const { clock, engine, session, gateway, begin } = open({ lively: false });
    await begin();
    session.shutDown(new RtError('shutting_down', 'This worker is shutting down'));
    session.shutDown(new RtError('internal_error', 'late'));
    engine.sessions[0]?.say(finalOf('late', 0, 512));
    await clock.advance(1000);
    expect(await gateway.closed).toMatchObject({ code: 1012 });
    expect(gateway.types()).toEqual(['session.begin', 'error']);
  });

  it('counts what it received and decoded', async () => {
    const { session, gateway, begin } = open();
    await begin({ progress: 'step' });
    gateway.send(new Uint8Array(3200));
    await gateway.heard('progress');
    expect([session.receivedSample, session.decodedSample]).toEqual([1600, 1600]);
  });
});
