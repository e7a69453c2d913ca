/** Faults a beacon engine has on request: what is asked for happens, and nothing else. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { startBeaconEngine } from '../../../src/engine/beacon/beacon-engine.ts';
import { type BeaconFault, parseBeaconFault } from '../../../src/engine/beacon/beacon-fault.ts';
import type { EngineEvent, SizedEngine } from '../../../src/engine/engine.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type BeaconRun, heardWords, idsOf, openRun, playAll } from './beacon-run.ts';

// The cores may be shared with other work.
vi.setConfig({ testTimeout: 30_000 });

const DEATH = new Error('the process would be gone');
const audio = makeBeaconAudio({ seed: 41, durationMs: 8000 });
const other = makeBeaconAudio({ seed: 42, durationMs: 8000, firstId: 500 });

let engine: SizedEngine | undefined;
afterEach(() => engine?.close());

async function start(fault: BeaconFault, clock: Clock = systemClock, die = vi.fn()): Promise<SizedEngine> {
  engine = await startBeaconEngine({ clock, faults: [fault], die });
  return engine;
}

function decodedMs(events: readonly EngineEvent[]): number {
  const samples = events.flatMap((event) => (event.type === 'progress' ? [event.decodedSample] : []));
  return Math.max(0, ...samples) / 16;
}

/** Lets the engine do all it can do at this time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await setImmediate();
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    await clock.advance(50);
    await settle();
  }
}

describe('a fault as it is written', () => {
  it.each<[string, BeaconFault]>([
    ['speed=0.3', { type: 'speed', factor: 0.3 }],
    ['speed=2', { type: 'speed', factor: 2 }],
    ['step-ms=40', { type: 'step', takesMs: 40 }],
    ['block-ms=2000@17', { type: 'block', id: 17, blockedMs: 2000 }],
    ['crash-on-word=0', { type: 'crash', id: 0 }],
    ['stall-on-word=16777215', { type: 'stall', id: 16_777_215 }],
    ['oom-on-word=9', { type: 'oom', id: 9 }],
  ])('[BCN-11] [BCN-12] [BCN-13] [BCN-14] [BCN-15] [BCN-16] %s is read', (text, fault) => {
    expect(parseBeaconFault(text)).toEqual(fault);
  });

  it.each([
    ...['', 'speed', 'speed=', 'speed=0', 'speed=-1', 'speed=fast', 'speed=1e3', 'speed=1001'],
    ...['step-ms=1.5', 'step-ms=600001', 'block-ms=5', 'block-ms=@3', 'block-ms=5@', 'block-ms=5@x'],
    ...['crash-on-word=x', 'crash-on-word=16777216', 'oom-on-word=-1', 'explode=1', 'stall-on-word=1 '],
  ])('[BCN-10] %j is none', (text) => {
    expect(parseBeaconFault(text)).toBeUndefined();
  });
});

describe('speed', () => {
  it('[BCN-11] is the pace of each session by itself, whatever it sends and when', async () => {
    const clock = createFakeClock();
    const slow = await start({ type: 'speed', factor: 0.3 }, clock);
    const [first, second] = [openRun(slow), openRun(slow)];
    first.session.push(audio.pcm.slice(0, 64_000));
    await pass(clock, 3000);
    second.session.push(other.pcm.slice(0, 64_000));
    await pass(clock, 2000);
    // Whole steps of 160 ms, a window behind at most.
    for (const [run, passedMs] of [
      [first, 5000],
      [second, 2000],
    ] as const) {
      expect(decodedMs(run.events)).toBeLessThanOrEqual(0.3 * passedMs);
      expect(decodedMs(run.events)).toBeGreaterThan(0.3 * passedMs - 200);
    }
  });

  it('[BCN-11] keeps controls in their place, and loses nothing', async () => {
    const clock = createFakeClock();
    const run = openRun(await start({ type: 'speed', factor: 10 }, clock));
    const { startSample = 0 } = audio.words[4] ?? {};
    run.session.push(audio.pcm.slice(0, startSample - 500));
    run.session.flush();
    run.session.push(audio.pcm.slice(startSample - 500));
    run.session.end();
    await pass(clock, 1000);
    expect(heardWords(await run.ended)).toEqual(audio.words);
  });

  it('[BCN-11] lets waiting audio count as lag', async () => {
    const clock = createFakeClock();
    const slow = await start({ type: 'speed', factor: 0.5 }, clock);
    openRun(slow).session.push(audio.pcm.slice(0, 32_000));
    await pass(clock, 4200);
    expect(slow.stats().lagP95Ms).toBeGreaterThan(1500);
  });

  it('[BCN-11] drops what waits for a session that is closed', async () => {
    const clock = createFakeClock();
    const run = openRun(await start({ type: 'speed', factor: 0.5 }, clock));
    run.session.push(audio.pcm.slice());
    await pass(clock, 400);
    run.session.close();
    const heard = run.events.length;
    await pass(clock, 2000);
    expect(run.events).toHaveLength(heard);
    // The engine's own figures are all that still wait.
    expect(clock.sleepers()).toBe(1);
  });
});

describe('step-ms', () => {
  it('[BCN-12] is how long each step takes', async () => {
    const clock = createFakeClock();
    const slow = await start({ type: 'step', takesMs: 400 }, clock);
    const run = openRun(slow);
    run.session.push(audio.pcm.slice());
    run.session.end();
    await pass(clock, 2000);
    expect(slow.stats()).toMatchObject({ stepP50Ms: 400, stepP99Ms: 400 });
    expect(slow.stats().steps).toBeLessThanOrEqual(5);
    await pass(clock, 30_000);
    expect(heardWords(await run.ended)).toEqual(audio.words);
  });
});

describe('block-ms', () => {
  it('[BCN-13] stops everything on the thread for so long, and loses nothing', async () => {
    const id = audio.words[3]?.id ?? 0;
    const blocking = await start({ type: 'block', id, blockedMs: 300 });
    let longestMs = 0;
    let lastMs = performance.now();
    const watch = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 5);
    const events = await playAll(blocking, audio);
    await systemClock.sleep(10);
    clearInterval(watch);
    expect(longestMs).toBeGreaterThanOrEqual(295);
    expect(heardWords(events)).toEqual(audio.words);
  });
});

describe('crash-on-word', () => {
  it('[BCN-14] ends the process before the word is told, and only for that word', async () => {
    const die = vi.fn(() => {
      throw DEATH;
    });
    const id = other.words[5]?.id ?? 0;
    const mortal = await start({ type: 'crash', id }, systemClock, die);
    expect(heardWords(await playAll(mortal, audio))).toEqual(audio.words);
    expect(die).not.toHaveBeenCalled();
    const told = idsOf(heardWords(await playAll(mortal, other)));
    expect(die).toHaveBeenCalled();
    expect(told).not.toContain(id);
  });
});

describe('stall-on-word', () => {
  const stalled = async (run: BeaconRun): Promise<number> => {
    let before = -1;
    while (before !== run.events.length) {
      before = run.events.length;
      await settle();
    }
    return before;
  };

  it('[BCN-15] stops all sessions of the engine, and closing it does not wait', async () => {
    const id = audio.words[5]?.id ?? 0;
    const stalling = await start({ type: 'stall', id });
    const [run, bystander] = [openRun(stalling), openRun(stalling)];
    run.session.push(audio.pcm.slice());
    await stalled(run);
    bystander.session.push(other.pcm.slice());
    bystander.session.end();
    await stalled(bystander);
    expect(decodedMs(run.events)).toBeLessThan((audio.words[6]?.endSample ?? 0) / 16 + 200);
    expect(run.events.some(({ type }) => type === 'speech-start')).toBe(true);
    expect(bystander.events).toEqual([]);
    const before = run.events.length;
    await stalling.close();
    expect(run.events).toHaveLength(before);
  });
});

describe('oom-on-word', () => {
  it('[BCN-16] costs the session its utterance, the others nothing, and lowers the capacity', async () => {
    const id = audio.words[5]?.id ?? 0;
    const poor = await start({ type: 'oom', id });
    const [hit, ...others] = await Promise.all([
      playAll(poor, audio),
      playAll(poor, other),
      playAll(poor, other),
    ]);
    const faults = hit.filter((event) => event.type === 'fault');
    expect(faults.map(({ code }) => code)).toEqual(['resource_exhausted']);
    const told = idsOf(heardWords(hit));
    expect(told).not.toContain(id);
    expect(told).toContain(audio.words.at(-1)?.id);
    for (const events of others) expect(heardWords(events)).toEqual(other.words);
    expect(poor.capacity()).toBe(2);
  });
});
