/** The engine as the worker uses it: through its thread, which runs from dist/. */
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { type AsrEngine, startAsrEngine } from '../../src/engine/asr-engine.ts';
import type { EngineEvent, EngineSessionOptions } from '../../src/engine/engine.ts';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';
import { finals, readClip, SESSION_OPTIONS, silence } from '../support/engine.ts';

// Starting an engine warms its models up, which takes its time where the cores are shared.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

function start(path = BUNDLED_MODEL_PATH): Promise<AsrEngine> {
  const models = [{ path, aliases: ['fast'] }];
  return startAsrEngine({
    models,
    provider: 'cpu',
    layout: { engines: 1, intraOpThreads: 1 },
    clock: systemClock,
  });
}

let engine: AsrEngine;
let digits: Int16Array;
beforeAll(async () => {
  engine = await start();
  digits = await readClip('fixtures/audio/digits.wav');
});
afterAll(() => engine.close());

/** Opens a session and collects its events; `ended` settles with all of them. */
function open(options: Partial<EngineSessionOptions> = {}): {
  readonly session: ReturnType<AsrEngine['open']>;
  readonly events: readonly EngineEvent[];
  readonly ended: Promise<readonly EngineEvent[]>;
} {
  const events: EngineEvent[] = [];
  let settle = (_: readonly EngineEvent[]): void => {};
  const ended = new Promise<readonly EngineEvent[]>((resolve) => {
    settle = resolve;
  });
  const session = engine.open({ ...SESSION_OPTIONS, ...options }, (event) => {
    events.push(event);
    if (event.type === 'ended') settle(events);
  });
  return { session, events, ended };
}

describe('a session', () => {
  it('[ENG-36] gives its events in order, progress among them, and nothing after its end', async () => {
    const { session, ended } = open({ model: 'fast' });
    for (let at = 0; at < digits.length; at += 1600) session.push(digits.slice(at, at + 1600));
    session.end();
    session.push(silence(100));
    const events = await ended;
    expect(
      finals(events)
        .map(({ text }) => text)
        .join(' '),
    ).toContain('five six seven eight nine zero');
    expect(events.at(-1)).toMatchObject({ type: 'ended', decodedSample: digits.length });
    const progress = events.filter((event) => event.type === 'progress').map((event) => event.decodedSample);
    expect(progress.length).toBeGreaterThan(30);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('[ENG-16] [ENG-17] [ENG-19] obeys flush, clear and updates', async () => {
    const { session, ended } = open();
    session.update({ partials: false });
    session.push(digits.slice(0, 20_000));
    session.flush();
    session.push(digits.slice(20_000, 28_000));
    session.clear();
    session.end();
    const events = await ended;
    expect(events.filter(({ type }) => type === 'partial')).toEqual([]);
    expect(finals(events)).toHaveLength(1);
    expect(finals(events)[0]?.commitSample).toBe(Math.floor(20_000 / 512) * 512);
  });

  it('[ENG-36] that is closed says nothing any more and is forgotten', async () => {
    const closed = open();
    closed.session.push(digits.slice());
    closed.session.close();
    closed.session.close();
    const { session, ended } = open();
    session.end();
    await ended;
    expect(closed.events).toEqual([]);
    expect(engine.stats().sessions).toBe(0);
  });

  it.each<[Partial<EngineSessionOptions>, string, string]>([
    [
      { model: 'large' },
      'invalid_parameters',
      'model "large" is not loaded here (loaded: rt-tiny-en-160ms, rt-tiny-en, fast)',
    ],
    [{ language: 'de-DE' }, 'language_unsupported', 'model rt-tiny-en-160ms speaks en, not de'],
    [
      { fromSample: 100 },
      'invalid_parameters',
      'from_sample 100 is not a restart point: a multiple of 512 is due',
    ],
    [
      { fromSample: 512, historySamples: 513 },
      'invalid_parameters',
      'history_samples 513 is not within 0 to from_sample',
    ],
  ])('[ENG-35] with %j is refused', (options, code, message) => {
    expect(() => open(options)).toThrow(expect.objectContaining({ code, message }) as Error);
  });

  it.each(['auto', 'en', 'en-US', 'EN'])('[ENG-35] in %s is spoken by an English model', async (language) => {
    const { session, ended } = open({ language });
    session.end();
    expect(await ended).toHaveLength(1);
  });
});

describe('an engine', () => {
  it('[ENG-30] knows its models and what it can hold', () => {
    expect(engine.models.map(({ name }) => name)).toEqual(['rt-tiny-en-160ms']);
    expect(engine.historySamples).toBe(512);
    expect(engine.measured[0]?.measured[0]?.steps.map(({ batch }) => batch).slice(0, 3)).toEqual([1, 2, 4]);
    expect(engine.capacity()).toBeGreaterThan(1);
  });

  it('[ENG-31] does not start without its model', async () => {
    await expect(start('/nowhere/model.onnx')).rejects.toMatchObject({
      code: 'model_invalid',
      message: 'The model /nowhere/model.onnx does not exist',
      hint: expect.stringContaining('--model') as string,
    });
  });

  it('[ENG-37] whose thread ends has failed, and can still be closed', async () => {
    const threads: Worker[] = [];
    const note = (thread: Worker): void => void threads.push(thread);
    process.on('worker', note);
    const doomed = await start();
    process.off('worker', note);
    const failed = new Promise<Error>((resolve) => doomed.onFailure(resolve));
    for (const thread of threads) await thread.terminate();
    expect(await failed).toMatchObject({
      code: 'internal_error',
      message: 'The engine thread ended by itself',
    });
    await doomed.close();
  });

  it('[ENG-37] that is closed has not failed', async () => {
    const closing = await start();
    const failures: Error[] = [];
    closing.onFailure((error) => failures.push(error));
    await closing.close();
    await closing.close();
    expect(failures).toEqual([]);
  });
});
