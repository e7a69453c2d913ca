/** The probe with real child processes: the product's own, and stand-ins for what drivers do to a process. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { FromProbe } from '../../../src/engine/provider/probe-messages.ts';
import { type ProbeOutcome, probeProvider } from '../../../src/engine/provider/probe.ts';
import { visibleGpus } from '../../../src/engine/provider/visible-gpus.ts';

vi.setConfig({ testTimeout: 60_000 });

const RAN = { type: 'ran', misplaced: [], isExact: true, runMs: 1, cpuRunMs: 5 } as const;

const answers = (answer: FromProbe): string =>
  `process.once('message', () => process.send(${JSON.stringify(answer)}, () => process.exit(0)));`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rt-stand-ins-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Probes with a stand-in for the child. */
async function probeWith(script: string, limitMs = 10_000): Promise<ProbeOutcome> {
  const entry = join(folder, `child-${readdirSync(folder).length}.mjs`);
  await writeFile(entry, script);
  return probeProvider('cuda', { clock: systemClock, entry, limitMs });
}

function probeFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('rt-probe-') && !name.includes('model'));
}

describe('a probe', () => {
  it('[ENG-111] that computed there, exactly, finds the provider active', async () => {
    expect(await probeWith(answers(RAN))).toEqual({ type: 'active', runMs: 1, cpuRunMs: 5 });
  });

  it('[ENG-111] whose nodes ran elsewhere finds it inactive', async () => {
    const outcome = await probeWith(answers({ ...RAN, misplaced: ['Conv ran on CPUExecutionProvider'] }));
    expect(outcome).toMatchObject({
      type: 'inactive',
      reason: 'the runtime accepted cuda but computed elsewhere (Conv ran on CPUExecutionProvider)',
    });
  });

  it('[ENG-111] with wrong numbers finds it inactive', async () => {
    const outcome = await probeWith(answers({ ...RAN, isExact: false }));
    expect(outcome).toMatchObject({ type: 'inactive', reason: 'cuda computes wrong numbers' });
  });

  it('[ENG-112] takes the reason from stderr too, also what is printed last', async () => {
    const outcome = await probeWith(`
      process.once('message', () => process.send({ type: 'failed', message: 'Failed to load shared library' }, () => {
        process.stderr.write('\\u001b[1;31mlibcudnn.so.9: cannot open shared object file\\u001b[m\\n');
        process.exit(0);
      }));`);
    expect(outcome).toMatchObject({ type: 'inactive', reason: 'libcudnn.so.9 is not on the loader path' });
  });

  it.each([
    {
      what: 'aborts',
      script: "console.error('driver assertion'); process.once('message', () => process.abort());",
      reason: /^the probe process crashed \(SIGABRT\): driver assertion/,
    },
    {
      what: 'ends without an answer',
      script: "process.once('message', () => process.exit(3));",
      reason: /^the probe process crashed \(exit code 3\)$/,
    },
    {
      what: 'is no program at all',
      script: 'this is not JavaScript',
      reason: /^the probe process crashed \(exit code 1\)/,
    },
  ])('[ENG-112] whose process $what finds the provider inactive', async ({ script, reason }) => {
    const outcome = await probeWith(script);
    expect(outcome.type === 'inactive' ? outcome.reason : outcome).toMatch(reason);
  });

  it('[ENG-112] that hangs is ended in time, and nothing of it is left', async () => {
    // Other tests probe at the same time in the usual folder.
    vi.stubEnv('TMPDIR', folder);
    const before = probeFolders();
    const pidFile = join(folder, 'pid');
    const outcome = await probeWith(
      `import { writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
       process.on('SIGTERM', () => {});
       process.once('message', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));`,
      4000,
    );
    expect(outcome).toMatchObject({ type: 'inactive', reason: 'the probe had no answer after 4 s' });
    const { readFileSync } = await import('node:fs');
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
    expect(probeFolders()).toEqual(before);
    vi.unstubAllEnvs();
  });

  it('[ENG-110] [ENG-111] says what CUDA lacks on a machine without a GPU, and proves or explains it on one with', async () => {
    const outcome = await probeProvider('cuda', { clock: systemClock });
    if (visibleGpus().includes('cuda')) {
      if (outcome.type === 'active') expect(outcome.runMs).toBeLessThan(1000);
      else expect(outcome.reason).not.toMatch(/crashed|gave no reason/);
    } else {
      expect(outcome.type === 'inactive' ? outcome.reason : outcome).toMatch(
        /not installed|not on the loader path|no CUDA for this platform|sees no GPU|too old/,
      );
    }
  });

  it('[ENG-110] says what WebGPU lacks, or proves that it computes', async () => {
    const outcome = await probeProvider('webgpu', { clock: systemClock });
    if (outcome.type === 'inactive') {
      expect(outcome.reason).toMatch(/Vulkan|no GPU that WebGPU can use|no WebGPU for this platform/);
    } else {
      // Without a GPU it can only be a software renderer, which computes more slowly than the CPU itself.
      expect(visibleGpus().length > 0 || outcome.runMs > outcome.cpuRunMs).toBe(true);
    }
  });
});
