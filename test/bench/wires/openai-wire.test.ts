import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBenchWire } from '../../../src/app/bench-wire.ts';
import type { BenchWire } from '../../../src/bench/wire.ts';
import { createOpenaiTurns } from '../../../src/bench/wires/openai-turns.ts';
import { createOpenaiWire } from '../../../src/bench/wires/openai-wire.ts';
import { loadUpsampler } from '../../../src/bench/wires/upsampler.ts';
import type { BenchLoadConfig } from '../../../src/config/settings/bench-load.ts';
import {
  type ForeignServerOptions,
  startForeignServer,
  stopForeignServers,
} from '../../support/foreign-server.ts';
import { measureWire } from './measure-wire.ts';

afterAll(stopForeignServers);

async function wireTo(options: Partial<ForeignServerOptions>, key?: string): Promise<BenchWire> {
  const server = await startForeignServer({ wire: 'openai', ...options });
  const openUpsampler = await loadUpsampler();
  return createOpenaiWire({ server, model: undefined, key, connectTimeoutMs: 3000, openUpsampler });
}

// A step takes seconds, nearly all of them waiting: these wait together.
describe.concurrent("the wire of OpenAI's realtime transcription", () => {
  it.each([
    ['today', {}],
    ['before', { isOlder: true }],
  ])(
    '[BEN-51] counts turns from their end, in the words of %s',
    async (_, words) => {
      const { recorder, transcripts, ...step } = await measureWire(await wireTo({ delayMs: 40, ...words }));
      expect(step).toMatchObject({ admitted: 2, failed: 0, incomplete: 0 });
      const { resp_lag: resp, final_lag: final, end_lag: end } = recorder.histograms;
      expect(final.count).toBeGreaterThanOrEqual(4);
      expect(resp.figures().min).toBeGreaterThanOrEqual(39);
      expect(end.count).toBe(2);
      expect(recorder.counts).toEqual({ timeouts: 0, early: 0 });
      const [first] = transcripts;
      expect(first?.texts.slice(0, 2)).toEqual(['one two 0', 'one two 1']);
      // All that was spoken, at 24 kHz.
      const told = Number(/samples (\d+)/.exec(first?.texts.at(-1) ?? '')?.[1]);
      expect(told % 960).toBe(0);
    },
    20_000,
  );

  it('[BEN-51] ends when the server says that nothing is left', async () => {
    const { recorder, ...step } = await measureWire(await wireTo({ isEmptyAtEnd: true }));
    expect(step).toMatchObject({ admitted: 2, failed: 0 });
    expect(recorder.histograms.end_lag.count).toBe(2);
  }, 20_000);

  it('[BEN-51] fails with a turn that failed', async () => {
    const step = await measureWire(await wireTo({ fails: true }));
    expect(step).toMatchObject({ failed: 2, failures: { session_failed: 2 } });
  }, 20_000);

  it('[BEN-52] sends the key in the header of the request', async () => {
    expect(await measureWire(await wireTo({ key: 'sk-right' }, 'sk-right'))).toMatchObject({ admitted: 2 });
    const refused = await measureWire(await wireTo({ key: 'sk-right' }, 'sk-wrong'));
    expect(refused).toMatchObject({ admitted: 0, failures: { unauthenticated: 2 } });
  }, 20_000);
});

describe('the turns of a session', () => {
  it('[BEN-51] have no result before their end is known', () => {
    const turns = createOpenaiTurns();
    expect(turns.delta('a', 'one')).toBeUndefined();
    turns.stopped('a', 1000);
    expect(turns.delta('a', ' two')).toEqual({ text: 'one two', isFinal: false, audioEndSample: 16_000 });
  });

  it('[BEN-51] may be completed in any order', () => {
    const turns = createOpenaiTurns();
    for (const [item, end] of [
      ['a', 500],
      ['b', 900],
    ] as const) {
      turns.stopped(item, end);
      turns.committed(item, 99_999);
    }
    turns.committed('c', 20_000);
    expect(turns.completed('b', ' b', 0)).toEqual({ text: 'b', isFinal: true, audioEndSample: 14_400 });
    expect(turns.completed('c', 'c', 99_999).audioEndSample).toBe(20_000);
    expect(turns.isAnswered).toBe(false);
    expect(turns.completed('a', 'a', 0).audioEndSample).toBe(8000);
    expect(turns.isAnswered).toBe(true);
  });
});

describe('audio at 24 kHz', () => {
  it('is the same tone, neither earlier nor later', async () => {
    const open = await loadUpsampler();
    const upsampler = open();
    const tone = (rate: number, count: number): number[] =>
      Array.from({ length: count }, (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / rate));
    const input = Int16Array.from(tone(16_000, 1600));
    const parts = [0, 400, 800, 1200].map((at) => upsampler.push(input.slice(at, at + 400)).slice());
    const output = [...parts, upsampler.flush().slice()].flatMap((part) => [...part]);
    expect(output).toHaveLength(2400);
    const wanted = tone(24_000, 2400);
    // The ends lean on silence.
    const errors = output.slice(150, -150).map((value, at) => Math.abs(value - (wanted[at + 150] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(30);
    upsampler.close();
    upsampler.close();
  });
});

describe('the settings of a foreign server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-key-'));
  const key = join(folder, 'key');
  beforeAll(() => writeFileSync(key, 'sk-secret-canary\n', { mode: 0o600 }));
  afterAll(() => rmSync(folder, { recursive: true }));
  const config = (changes: Partial<BenchLoadConfig>): BenchLoadConfig =>
    ({ vad: true, ...changes }) as BenchLoadConfig;
  const openai = { openai: 'ws://127.0.0.1:9', openaiKeyFile: key };

  it('[BEN-52] take the key from a file that its owner alone may read', async () => {
    expect((await createBenchWire(config(openai), '')).name).toBe('openai');
    chmodSync(key, 0o644);
    await expect(createBenchWire(config(openai), '')).rejects.toMatchObject({
      ...{ code: 'config_invalid', hint: `chmod 600 ${key}` },
      message: expect.not.stringContaining('canary') as string,
    });
    chmodSync(key, 0o600);
    writeFileSync(key, 'two words canary');
    await expect(createBenchWire(config(openai), '')).rejects.toMatchObject({
      message: expect.not.stringContaining('canary') as string,
    });
  });

  it.each<[Partial<BenchLoadConfig>, RegExp]>([
    [{ vosk: 'ws://a', openai: 'ws://b' }, /Only one of/],
    [{ vosk: 'ws://a', model: 'x' }, /mean nothing to --vosk/],
    [{ openai: 'ws://a', vad: false }, /--no-vad means nothing/],
    [{ openaiKeyFile: 'k' }, /is for --openai alone/],
  ])('are refused where they contradict each other: %j', async (changes, message) => {
    await expect(createBenchWire(config(changes), '')).rejects.toThrow(message);
  });
});
