import { afterAll, describe, expect, it } from 'vitest';
import type { BenchWire } from '../../../src/bench/wire.ts';
import { createVoskWire } from '../../../src/bench/wires/vosk-wire.ts';
import {
  type ForeignServerOptions,
  startForeignServer,
  stopForeignServers,
} from '../../support/foreign-server.ts';
import { measureWire } from './measure-wire.ts';

afterAll(stopForeignServers);

async function wireTo(options: Partial<ForeignServerOptions> = {}): Promise<BenchWire> {
  const server = await startForeignServer({ wire: 'vosk', ...options });
  return createVoskWire({ server, connectTimeoutMs: 3000 });
}

// A step takes seconds, nearly all of them waiting: these wait together.
describe.concurrent('the wire of vosk-server', () => {
  it('[BEN-50] counts each answer from when its message was due, and the last one as the end', async () => {
    const { recorder, ...step } = await measureWire(await wireTo({ delayMs: 40 }));
    expect(step).toMatchObject({ admitted: 2, failed: 0, incomplete: 0 });
    const { resp_lag: resp, flush_lag: flush, end_lag: end } = recorder.histograms;
    // A partial that changes every 200 ms and a final every second, in each of two sessions.
    expect(resp.count).toBeGreaterThanOrEqual(12);
    expect(resp.figures().min).toBeGreaterThanOrEqual(39);
    expect([flush.count, end.count]).toEqual([2, 2]);
    expect(recorder.counts).toEqual({ timeouts: 0, early: 0 });
  }, 20_000);

  it('keeps what is said, at the rate that it told', async () => {
    const { transcripts } = await measureWire(await wireTo({ alternatives: true }));
    expect(transcripts.map(({ texts }) => texts.at(-1))).toEqual(['the end', 'the end']);
    expect(transcripts.flatMap(({ texts }) => texts)).toContain('one two 16000');
  }, 20_000);

  it('[BEN-50] takes more answers than messages for early', async () => {
    const { recorder } = await measureWire(await wireTo({ answersTwice: true }));
    expect(recorder.counts.early).toBeGreaterThan(0);
  }, 20_000);

  it('fails a session whose server speaks another wire', async () => {
    const server = await startForeignServer({ wire: 'openai' });
    const step = await measureWire(createVoskWire({ server, connectTimeoutMs: 3000 }));
    expect(step).toMatchObject({ failed: 2, failures: { session_failed: 2 } });
  }, 20_000);
});
