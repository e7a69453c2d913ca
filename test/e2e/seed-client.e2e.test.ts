/**
 * A client written by others against the protocol alone: seed-client.py, with nothing of it changed but
 * host and port, and in the second case the audio.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RtServer, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

const SCRIPT = readFileSync(new URL('./seed-client.py', import.meta.url), 'utf8');
const CLIP = resolve('fixtures/audio/digits.wav');
/** The script uses json without importing it, and prints what Python calls a dict: here both are given to it. */
const PRELUDE = `
import builtins, json, sys
builtins.json = json
builtins.print = lambda message: sys.stdout.write(json.dumps(message) + "\\n")
`;

describe('the client of the protocol description', () => {
  let server: RtServer;
  beforeAll(async () => {
    server = await startRtServer(['up', '--port', '0']);
  });
  afterAll(async () => {
    server.kill('SIGTERM');
    await server.finished;
  });

  /** Everything it printed; rejects when it ends with an error, as it does on any close but 1000. */
  async function run(script: string): Promise<readonly Told[]> {
    const address = server.ready.url.replace('ws://', '');
    const source = PRELUDE + script.replace('localhost:8000', address);
    const { stdout } = await promisify(execFile)(process.env['RT_TEST_PYTHON'] ?? 'python3', ['-c', source]);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
  }

  it('[SES-1] [SES-11] streams a tone that says nothing, and is closed with 1000', async () => {
    const told = await run(SCRIPT);
    expect(told[0]).toMatchObject({ type: 'session.begin', seq: 1, protocol: 1 });
    expect(told.at(-1)).toMatchObject({
      type: 'session.end',
      total_duration: 3,
      session_id: told[0]?.['session_id'],
    });
    const durable = told.flatMap(({ seq }) => seq ?? []);
    expect(durable).toEqual(durable.map((_, index) => index + 1));
  });

  it('[SES-1] [SES-2] streams speech and gets the words', async () => {
    const speech = `
        import wave
        audio = np.frombuffer(wave.open(${JSON.stringify(CLIP)}).readframes(1 << 30), dtype=np.int16)`;
    const script = SCRIPT.replace(/\n {8}audio = .*\n/, (line) => `${line}${speech}\n`);
    expect(script).not.toBe(SCRIPT);
    const told = await run(script);
    const types = told.map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(['session.begin', 'session.end']);
    expect(types).toEqual(
      expect.arrayContaining([
        'vad.speech_start',
        'transcript.partial',
        'vad.speech_end',
        'transcript.final',
      ]),
    );
    expect(types.indexOf('transcript.partial')).toBeLessThan(types.indexOf('transcript.final'));
    expect(told.at(-1)?.['transcript']).toMatch(/five six seven eight nine zero$/);
    expect(told.at(-1)).toMatchObject({ total_duration: expect.closeTo(5.604, 2) });
  });
});
