/** The three wires against servers of the real transport. */
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../../src/bench/histogram.ts';
import { runStep, type StepOutcome } from '../../src/bench/load-step.ts';
import { probeModel } from '../../src/bench/probe.ts';
import { createProgram } from '../../src/bench/program.ts';
import type { BenchWire } from '../../src/bench/wire.ts';
import { createRtWire } from '../../src/bench/wires/rt-wire.ts';
import { createSherpaWire } from '../../src/bench/wires/sherpa-wire.ts';
import { createWorkerWire } from '../../src/bench/wires/worker-wire.ts';
import type { Socket } from '../../src/transport/socket.ts';
import { listen, type WsServer } from '../../src/transport/ws-server.ts';

const servers: WsServer[] = [];
afterAll(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

/** A server that plays `script` for each socket, which reads in any case; its address. */
async function serve(script: (socket: Socket, path: string) => void): Promise<string> {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    subprotocol: 'rt.v1',
    onRequest: (_request, response) => void response.writeHead(404).end(),
    route: () => 'accept',
    onSocket: (socket, { url }) => {
      socket.onMessage(() => undefined);
      script(socket, url.pathname + url.search);
    },
  });
  servers.push(server);
  return server.wsUrl;
}

const program = createProgram([{ name: 'a', samples: new Int16Array(16_000).fill(99), text: undefined }], {
  gapSamples: 0,
  frameSamples: 320,
});

function measure(wire: BenchWire, measuredMs = 1000): Promise<StepOutcome> {
  return runStep({
    sessions: 2,
    wire,
    program,
    frameMs: 20,
    seed: 1,
    warmupMs: 200,
    measuredMs,
    flushEveryMs: undefined,
    drainMs: 2000,
    pids: [],
    clock: systemClock,
    signal: new AbortController().signal,
  });
}

const BEGIN = { type: 'session.begin', seq: 1, session_id: 'sess_0123456789ab', protocol: 1, language: 'en' };
const REST = {
  sample_rate: 16_000,
  encoding: 'pcm_s16le',
  channels: 1,
  partials: true,
  epoch: 1,
  warnings: [],
};

interface Holding {
  readonly holdMs?: number;
  /** Takes how long each message was really held. */
  readonly held?: LatencyHistogram;
  /** Takes the first message of a link. */
  readonly onFirst?: (text: string) => void;
}

/** Answers each message of audio with a partial of its own, after a while. */
function holding(socket: Socket, { holdMs = 0, held, onFirst }: Holding): void {
  let bytes = 0;
  const say = (message: object): void => socket.send(JSON.stringify(message));
  const results: Promise<void>[] = [];
  const answer = async (audioEndS: number): Promise<void> => {
    const receivedMs = performance.now();
    await systemClock.sleep(holdMs);
    held?.recordMs(performance.now() - receivedMs);
    const text = `word ${audioEndS.toString()}`;
    say({
      type: 'transcript.partial',
      text,
      start: 0,
      end: audioEndS,
      audio_end: audioEndS,
      stable_chars: 0,
    });
  };
  socket.onMessage((data) => {
    if (typeof data !== 'string') {
      bytes += data.byteLength;
      results.push(answer(bytes / 32_000));
    } else if (data.includes('session_id')) {
      onFirst?.(data);
      say({ ...BEGIN, ...REST, model: 'scripted-80ms' });
    } else if (data.includes('end')) {
      void Promise.all(results).then(() => {
        const duration = { total_duration: bytes / 32_000, total_speech_duration: 0 };
        say({
          type: 'session.end',
          seq: 2,
          session_id: BEGIN.session_id,
          ...duration,
          transcript: '',
          segments: [],
        });
        socket.close(1000, '');
      });
    }
  });
}

describe('the wire of a gateway', () => {
  // Other processes can only add to a lag: one undisturbed try is enough.
  it('[BEN-5] shows a delay that is known within 2 ms', { retry: 4 }, async () => {
    const held = createLatencyHistogram();
    const url = await serve((socket, path) => {
      expect(path).toMatch(/^\/v1\/audio\/transcriptions\/stream\?.*model=fast&.*enable_vad=false/);
      holding(socket, { holdMs: 100, held });
      socket.send(JSON.stringify({ ...BEGIN, ...REST, model: 'scripted-80ms' }));
    });
    const wire = createRtWire({ gateway: url, model: 'fast', vad: false, connectTimeoutMs: 1000 });
    const { recorder, admitted, incomplete } = await measure(wire);
    const { resp_lag: resp } = recorder.histograms;
    expect([admitted, incomplete, resp.count]).toEqual([2, 0, 100]);
    // The shortest of each: whatever else runs on this machine only makes others longer.
    const [lag, hold] = [resp.figures().min ?? Number.NaN, held.figures().min ?? Number.NaN];
    expect(hold).toBeGreaterThan(98);
    expect(lag - hold).toBeGreaterThanOrEqual(0);
    expect(lag - hold).toBeLessThan(2);
  });

  it('names the model, and reads its chunk from the name', async () => {
    const url = await serve((socket) => {
      holding(socket, {});
      socket.send(JSON.stringify({ ...BEGIN, ...REST, model: 'scripted-80ms-int8' }));
    });
    const wire = createRtWire({ gateway: url, model: undefined, vad: true, connectTimeoutMs: 1000 });
    expect(await probeModel(wire, systemClock)).toBe('scripted-80ms-int8');
    expect(['scripted-80ms-int8', 'scripted-80ms', 'fast', undefined].map(wire.chunkMsOf)).toEqual([
      80,
      80,
      undefined,
      undefined,
    ]);
  });

  it('passes a refusal on with its code and hint', async () => {
    const error = { type: 'error', seq: 1, code: 'no_capacity', message: 'full', recoverable: false };
    const url = await serve((socket) => {
      socket.send(JSON.stringify({ ...error, retry: 'after', retry_after_ms: 700, ref: 'RT1013' }));
      socket.close(1013, '');
    });
    const wire = createRtWire({ gateway: url, model: undefined, vad: true, connectTimeoutMs: 1000 });
    await expect(probeModel(wire, systemClock)).rejects.toMatchObject({
      code: 'no_capacity',
      retryAfterMs: 700,
    });
    const outcome = await measure(wire, 100);
    expect(outcome).toMatchObject({ refused: 2, failed: 0, retryAfterMs: { min: 700, max: 700 } });
  });

  it('fails a session whose server says what cannot be read', async () => {
    const url = await serve((socket) => socket.send('not json'));
    const wire = createRtWire({ gateway: url, model: undefined, vad: true, connectTimeoutMs: 1000 });
    expect(await measure(wire, 100)).toMatchObject({ failed: 2, failures: { invalid_message: 2 } });
  });

  it('tells a gateway that is not there by its code', async () => {
    const wire = createRtWire({
      gateway: 'ws://127.0.0.1:9',
      model: undefined,
      vad: true,
      connectTimeoutMs: 1000,
    });
    await expect(probeModel(wire, systemClock)).rejects.toMatchObject({ code: 'gateway_unreachable' });
  });
});

describe('the wire of a worker', () => {
  it('opens with the first message of a link and streams samples', async () => {
    const firsts: string[] = [];
    const url = await serve((socket, path) => {
      expect(path).toBe('/session');
      holding(socket, { onFirst: (text) => firsts.push(text) });
    });
    const wire = createWorkerWire({ worker: url, model: 'fast', vad: true, connectTimeoutMs: 1000 });
    expect(await measure(wire, 300)).toMatchObject({ admitted: 2, failed: 0, incomplete: 0 });
    expect(JSON.parse(firsts[0] ?? '')).toMatchObject({ model: 'fast', enable_vad: true });
    expect(new Set(firsts.map((text) => (JSON.parse(text) as { session_id: string }).session_id)).size).toBe(
      2,
    );
  });
});

interface SherpaServer {
  readonly chunkSamples: number;
  readonly said: (chunk: number) => string;
  /** `Done!` is sent before the last result. */
  readonly isOvertaking?: boolean;
}

/** A server that decodes a chunk at a time, each a result, and pads the end with two chunks. */
function sherpa(socket: Socket, { chunkSamples, said, isOvertaking = false }: SherpaServer): void {
  let samples = 0;
  let chunks = 0;
  const say = (isEof: boolean): void => {
    const result = {
      text: said(chunks),
      tokens: ['"text": "no"'],
      timestamps: [],
      segment: 0,
      start_time: 0,
    };
    socket.send(JSON.stringify({ ...result, is_final: isEof, is_eof: isEof }));
    chunks += 1;
  };
  socket.onMessage((data) => {
    if (typeof data !== 'string') {
      samples += data.byteLength / 4;
      while ((chunks + 1) * chunkSamples <= samples) say(false);
      return;
    }
    expect(data).toBe('Done');
    say(false);
    if (isOvertaking) socket.send('Done!');
    say(true);
    if (!isOvertaking) socket.send('Done!');
  });
}

// A step takes two seconds, nearly all of them waiting: these wait together.
describe.concurrent('the wire of sherpa-onnx', () => {
  const wireTo = (server: string, lookaheadMs = 0): BenchWire =>
    createSherpaWire({ server, chunkMs: 100, lookaheadMs, connectTimeoutMs: 1000, clock: systemClock });

  it('[BEN-11] counts results by chunk, whatever they say, and takes the padding for no result', async () => {
    // A text that changes with every second chunk: 100 ms each, so every 200 ms.
    const url = await serve((socket) =>
      sherpa(socket, { chunkSamples: 1600, said: (chunk) => `a "b" ${'x'.repeat(chunk >> 1)}` }),
    );
    const { recorder, admitted, failed } = await measure(wireTo(url));
    const { resp_lag: resp, flush_lag: flush, end_lag: end } = recorder.histograms;
    expect([admitted, failed, end.count, flush.count]).toEqual([2, 0, 2, 2]);
    expect(resp.count).toBeGreaterThanOrEqual(8);
    expect(resp.count).toBeLessThanOrEqual(12);
    expect(resp.percentileMs(50)).toBeLessThan(20);
    expect(recorder.counts).toEqual({ timeouts: 0, early: 0 });
  });

  it('[BEN-11] [BEN-12] notices a look-ahead that the server does not have', async () => {
    const url = await serve((socket) =>
      sherpa(socket, { chunkSamples: 1600, said: (chunk) => String(chunk) }),
    );
    const { recorder } = await measure(wireTo(url, 60), 400);
    expect(recorder.counts.early).toBeGreaterThan(0);
  });

  it('keeps the texts of its segments', async () => {
    const url = await serve((socket) => sherpa(socket, { chunkSamples: 1600, said: () => 'one two' }));
    const outcome = await measure(wireTo(url), 200);
    expect(outcome.transcripts.map(({ texts }) => texts)).toEqual([['one two'], ['one two']]);
  });

  it('[BEN-11] waits for a last result that `Done!` has overtaken, and not long for one that never comes', async () => {
    const text = { chunkSamples: 1600, said: () => 'one two' };
    const overtaking = await measure(
      wireTo(await serve((socket) => sherpa(socket, { ...text, isOvertaking: true }))),
      200,
    );
    expect(overtaking.recorder.counts.timeouts).toBe(0);
    expect(overtaking.recorder.histograms.end_lag.figures().max).toBeLessThan(900);
    const short = await serve((socket) =>
      socket.onMessage((data) => {
        if (data === 'Done') socket.send('Done!');
      }),
    );
    const ended = await measure(wireTo(short), 200);
    expect(ended).toMatchObject({ failed: 0, admitted: 2 });
    expect(ended.recorder.histograms.end_lag.figures().min).toBeGreaterThan(990);
  });

  it('fails a session whose server says something else', async () => {
    const url = await serve((socket) => socket.send('{"hello":1}'));
    expect(await measure(wireTo(url), 200)).toMatchObject({ failed: 2, failures: { session_failed: 2 } });
  });
});
