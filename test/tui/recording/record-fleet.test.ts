import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTranscriptFeed } from '../../../src/app/follow-fleet.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { RtError } from '../../../src/base/errors.ts';
import { createMemoryBus } from '../../../src/bus/memory-bus.ts';
import type { Bus } from '../../../src/bus/ports.ts';
import { createMemoryRegistry } from '../../../src/registry/memory-registry.ts';
import type { Registry } from '../../../src/registry/ports.ts';
import { liveSource, type Source } from '../../../src/tui/feed/source.ts';
import { startMonitor } from '../../../src/tui/monitor.ts';
import { openRecording } from '../../../src/tui/recording/read-recording.ts';
import { recordFleet } from '../../../src/tui/recording/record-fleet.ts';
import type { RecordedFact } from '../../../src/tui/recording/recording.ts';
import { sessionId } from '../../support/fleet.ts';
import { populate } from '../../support/populate.ts';

const SESSION = sessionId(0);
const CHANNEL = 'transcription-stream:';
const FINAL = { text: 'and then', start: 0, end: 1, audio_end: 1, confidence: 1, words: null };

let folder: string;
let path: string;
let registry: Registry;
let bus: Bus;
let stop: AbortController;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rt-record-'));
  path = join(folder, 'a.jsonl');
  registry = createMemoryRegistry({ clock: systemClock });
  bus = createMemoryBus({ clock: systemClock });
  stop = new AbortController();
  (await populate(registry, { workers: 1, sessions: 1 })).stop();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

function source(changes: Partial<Bus> = {}): Source {
  const transcripts = createTranscriptFeed({ bus: { ...bus, ...changes }, channelPrefix: CHANNEL });
  return liveSource({ fleet: registry.fleet, transcripts, clock: systemClock });
}

function header(hasText: boolean): { at: Date; version: string; target: string; hasText: boolean } {
  return { at: new Date(), version: '1', target: 'redis://h', hasText };
}

async function say(seq: number): Promise<void> {
  await bus.channels.publish(CHANNEL + SESSION, JSON.stringify({ type: 'transcript.final', ...FINAL, seq }));
}

async function factsOf(file: string): Promise<readonly RecordedFact[]> {
  const facts: RecordedFact[] = [];
  for await (const entry of (await openRecording(file)).entries)
    if (!('type' in entry)) facts.push(entry.fact);
  return facts;
}

const finalsOf = (facts: readonly RecordedFact[]): readonly number[] =>
  facts.flatMap((fact) => (fact.type === 'text' && fact.event.type === 'final' ? fact.event.seq : []));

describe('a recording without a screen', () => {
  it('[TOP-53] [TOP-57] holds looks, events and what is said anywhere, and is whole at its end', async () => {
    let looks = 0;
    const { learn, ...rest } = source();
    const recorded = recordFleet({
      source: {
        ...rest,
        learn: (learning) =>
          learn({
            ...learning,
            dispatch: (action) => {
              learning.dispatch(action);
              if (action.type === 'sampled') looks += 1;
            },
          }),
      },
      path,
      header: header(true),
      intervalMs: 20,
      onBegun: () => undefined,
      warn: () => undefined,
      signal: stop.signal,
    });
    await expect.poll(() => looks).toBeGreaterThan(0);
    await say(1);
    await registry.ledger.note({ type: 'reject', reason: 'no_capacity' });
    const before = looks;
    await expect.poll(() => looks).toBeGreaterThan(before + 1);
    stop.abort();
    await recorded;
    const facts = await factsOf(path);
    expect(finalsOf(facts)).toEqual([1]);
    expect(facts.filter(({ type }) => type === 'sample').length).toBeGreaterThan(1);
    expect(facts.flatMap((fact) => (fact.type === 'event' ? fact.event.type : []))).toContain('reject');
    expect(facts.at(-1)).toEqual({ type: 'end' });
  });

  it('[TOP-46] goes on without text where Redis refuses that', async () => {
    const refusal = new RtError('forbidden', 'Redis refuses: no');
    const channels: Bus['channels'] = {
      ...bus.channels,
      subscribe: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }) }),
    };
    const warnings: string[] = [];
    await recordFleet({
      source: source({ channels }),
      path,
      header: header(true),
      intervalMs: 20,
      onBegun: () => setTimeout(() => stop.abort(), 50),
      warn: (message) => warnings.push(message),
      signal: stop.signal,
    });
    expect(warnings).toEqual(['What is said is not recorded: Redis refuses: no']);
    expect((await factsOf(path)).some(({ type }) => type === 'sample')).toBe(true);
  });
});

describe('a recording of what a screen shows', () => {
  it('[TOP-53] holds what was said in a session before it was opened', async () => {
    const json = JSON.stringify({ type: 'transcript.final', ...FINAL, seq: 1 });
    await bus.journal.append(SESSION, { seq: 1, json });
    const recording = { path, header: header(true) };
    const monitor = await startMonitor({ source: source(), recording, intervalMs: 20, signal: stop.signal });
    monitor.need(SESSION);
    await expect.poll(() => monitor.read().state.text.session?.text.finals.length).toBe(1);
    await expect.poll(() => monitor.read().state.text.session?.record?.status).toBe('active');
    stop.abort();
    await monitor.running;
    await monitor.close();
    const facts = await factsOf(path);
    expect(finalsOf(facts)).toEqual([1]);
    expect(facts.find(({ type }) => type === 'session')).toMatchObject({ id: SESSION });
  });

  it('[TOP-47] asks for no text where texts are left out', async () => {
    const asked: string[] = [];
    const channels: Bus['channels'] = {
      ...bus.channels,
      subscribe: (pattern, signal) => {
        asked.push(pattern);
        return bus.channels.subscribe(pattern, signal);
      },
    };
    const recording = { path, header: header(false) };
    const monitor = await startMonitor({
      source: source({ channels }),
      recording,
      intervalMs: 20,
      signal: stop.signal,
    });
    await expect.poll(() => monitor.read().state.fleet?.workers.length).toBe(1);
    stop.abort();
    await monitor.running;
    await monitor.close();
    expect(asked).toEqual([]);
  });

  it('[TOP-52] that stops is a remark on the screen', async () => {
    const recording = { path, header: header(true) };
    const monitor = await startMonitor({ source: source(), recording, intervalMs: 20, signal: stop.signal });
    const text = 'x'.repeat(6 * 1024 * 1024);
    for (let seq = 1; seq <= 3; seq += 1) {
      const said = JSON.stringify({ type: 'transcript.final', ...FINAL, text, seq });
      await bus.channels.publish(CHANNEL + SESSION, said);
    }
    await expect.poll(() => monitor.read().state.remark).toContain('The recording stopped');
    await expect.poll(() => monitor.read().state.fleet?.workers.length).toBe(1);
    stop.abort();
    await monitor.close();
  });
});
