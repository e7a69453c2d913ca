/** A microphone that is spoken into, through the recorder of the machine and the whole of rt. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordErrorRate } from '../../src/bench/wer.ts';
import type { AsrEngine } from '../../src/engine/asr-engine.ts';
import { startBundledEngine, startCluster, type TestCluster } from '../support/cluster.ts';
import { hasPulse, type PulseServer, startPulse } from '../support/pulse.ts';
import { type RtProcess, runRt, startRt } from '../support/rt-process.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const SAID = 'one two three four five six seven eight nine zero';

describe.skipIf(!hasPulse)('rt stream --mic', () => {
  let pulse: PulseServer;
  let engine: AsrEngine;
  let cluster: TestCluster;
  let environment: Record<string, string>;

  beforeAll(async () => {
    engine = await startBundledEngine();
    [pulse, cluster] = await Promise.all([startPulse(), startCluster({ engine })]);
    environment = { ...pulse.environment, RT_GATEWAY: cluster.url };
  });
  afterAll(async () => {
    await cluster.stop();
    await engine.close();
    await pulse.stop();
  });

  const listen = async (...args: string[]): Promise<RtProcess> => {
    const rt = startRt(['stream', '--mic', '--format', 'jsonl', ...args], environment);
    await rt.until(({ stdout }) => stdout().includes('session.begin'));
    return rt;
  };

  it('[STR-9] lists microphones, the default first', async () => {
    const { code, stdout } = await runRt(['stream', '--list-devices', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'rt.audio-devices/v1',
      devices: [
        { id: 'rtmic', name: 'Test microphone', default: true, monitor: false },
        { id: 'rtsink.monitor', name: expect.stringContaining('Monitor of'), default: false, monitor: true },
      ],
    });
  });

  it('[STR-2] [STR-9] hears what is said, and ^C ends it in order', async () => {
    const rt = await listen('--device', 'test mic', '--fail-on-loss');
    await pulse.speak(CLIP);
    await rt.until(({ stdout }) => /eight|nine|zero/.test(stdout()));
    rt.kill('SIGINT');
    const { code, stdout } = await rt.finished;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.at(-1)).toMatchObject({ type: 'summary', complete: true, seq_holes: 0 });
    // When the recorder began decides how the chunks of the model lie over the words: a sound-alike is no fault here.
    expect(wordErrorRate(SAID, String(events.at(-2)?.['transcript'])).wer).toBeLessThanOrEqual(0.3);
  });

  it.each([
    { what: 'that does not exist', args: ['--device', 'sony'], code: 13, text: 'no microphone "sony"' },
    { what: 'beside a file', args: [CLIP], code: 2, text: '--mic and files' },
  ])('[STR-10] [STR-18] refuses a microphone $what', async ({ args, code, text }) => {
    const refused = await runRt(['stream', '--mic', ...args], environment);
    expect(refused).toMatchObject({ code, stderr: expect.stringContaining(text) });
  });

  it('[STR-10] says what to install where there is no recorder', async () => {
    const { code, stderr } = await runRt(['stream', '--mic'], { ...environment, PATH: '/nonexistent' });
    expect([code, stderr]).toEqual([3, expect.stringContaining('no program to record')]);
  });

  it('[STR-3] [STR-10] [STR-12] one without a signal is told, and a sound server that dies ends the stream in order', async () => {
    const rt = await listen();
    await rt.until(({ stderr }) => stderr().includes('No signal: every sample'));
    await pulse.kill();
    const { code, stdout, stderr } = await rt.finished;
    expect(code).toBe(7);
    expect(stdout).toContain('"session.end"');
    expect(stderr).toMatch(/default microphone: parec ended: .+/);
    expect(stderr).toContain('RT7005');
  });
});
