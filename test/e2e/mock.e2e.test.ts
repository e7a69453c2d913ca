/** `rt mock` and the product's own client in front of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, runRt, type RtServer, startRtServer } from '../support/rt-process.ts';

let folder: string;
let mock: RtServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rt-mock-'));
  writeFileSync(join(folder, 'audio.pcm'), new Uint8Array(32_000 * 3));
  mock = await startRtServer(['mock']);
});
afterAll(async () => {
  mock.kill('SIGTERM');
  expect((await mock.finished).code).toBe(0);
  rmSync(folder, { recursive: true });
});

const stream = (behaviour: string, ...flags: readonly string[]): Promise<Finished> =>
  runRt([
    'stream',
    join(folder, 'audio.pcm'),
    '--gateway',
    `${mock.ready.url}/${behaviour}`,
    '--pace',
    '4',
    ...flags,
  ]);

describe('rt mock', () => {
  it('[MCK-12] is ready as every server is, and lists what it can do', async () => {
    expect(mock.ready).toMatchObject({ role: 'mock', url: expect.stringMatching(/^ws:\/\/127/) });
    expect((await fetch(`${mock.ready.http}/readyz`)).status).toBe(200);
    const text = await runRt(['mock', '--list']);
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(/^BEHAVIOUR +WHAT A CLIENT MEETS\nhappy /),
    ]);
    const json = await runRt(['mock', '--list', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 'rt.mock/v1',
      behaviours: expect.arrayContaining([{ text: 'drop_after=1s', doc: expect.any(String) }]),
    });
  });

  it('[MCK-1] happy is a whole session for rt stream', async () => {
    const { code, stdout, stderr } = await stream('happy', '--fail-on-loss');
    expect([code, stderr]).toEqual([0, expect.stringContaining('nothing lost')]);
    expect(stdout).toBe('alpha bravo charlie\ndelta echo\n');
  });

  it.each([
    ['unauthenticated', 4, 'RT4001'],
    ['no_capacity=5s', 6, 'RT1013'],
    ['superseded=50ms', 8, 'RT4009'],
    ['close_4404_after=100ms', 8, 'close code 4404'],
    ['bad_json', 7, 'cannot be read'],
    ['seq_hole', 8, 'missing'],
  ])('[MCK-4] rt stream takes %s for what it is', async (behaviour, code, text) => {
    const { code: actual, stderr } = await stream(behaviour, '--fail-on-loss');
    expect([actual, stderr]).toEqual([code, expect.stringContaining(text)]);
  });
});
