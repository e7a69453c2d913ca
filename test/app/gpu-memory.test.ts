import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseGpuMemory, UNKNOWN_MEMORY, watchGpuMemory } from '../../src/app/gpu-memory.ts';
import { type Logger, silentLogger } from '../../src/base/log.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const TWO = `0, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, 4301, 24564
1, GPU-7c1d2e3f-0000-4106-c12f-20bd9faed9f6, 81000, 81920
`;

describe('the memory of the GPU', () => {
  it.each([
    { what: 'the first GPU', devices: undefined, memory: { used: '4.2GB', total: '24GB' } },
    { what: 'the one that CUDA may use', devices: '1', memory: { used: '79.1GB', total: '80GB' } },
    { what: 'the first of several', devices: '1,0', memory: { used: '79.1GB', total: '80GB' } },
    { what: 'the one with the UUID', devices: 'GPU-7c1d2e3f', memory: { used: '79.1GB', total: '80GB' } },
    { what: 'unknown for none', devices: '-1', memory: UNKNOWN_MEMORY },
    { what: 'unknown for a slice of one', devices: 'MIG-8932f937/1/0', memory: UNKNOWN_MEMORY },
    { what: 'unknown for an empty list', devices: '', memory: UNKNOWN_MEMORY },
  ])('[ENG-116] is that of $what (CUDA_VISIBLE_DEVICES=$devices)', ({ devices, memory }) => {
    expect(parseGpuMemory(TWO, devices)).toEqual(memory);
  });

  it.each([
    { what: 'figures that are not there', csv: '0, GPU-1, [N/A], [N/A]\n' },
    { what: 'half of the figures', csv: '0, GPU-1, [N/A], 24564\n' },
    {
      what: 'a driver that does not answer',
      csv: 'NVIDIA-SMI has failed because it could not communicate\n',
    },
    { what: 'nothing', csv: '' },
  ])('[ENG-116] is unknown from $what', ({ csv }) => {
    expect(parseGpuMemory(csv, undefined)).toEqual(UNKNOWN_MEMORY);
  });

  it('[ENG-116] of an idle GPU is 0GB', () => {
    expect(parseGpuMemory('0, GPU-1, 0, 16384', undefined)).toEqual({ used: '0GB', total: '16GB' });
  });
});

describe('watching it', () => {
  let folder: string;
  let tool: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rt-smi-'));
    tool = join(folder, 'nvidia-smi');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A stand-in for the tool that fails unless it is asked as the real one has to be. */
  async function answerWith(csv: string): Promise<void> {
    const query = '--query-gpu=index,uuid,memory.used,memory.total --format=csv,noheader,nounits';
    await writeFile(tool, `#!/bin/sh\n[ "$*" = "${query}" ] || exit 9\nprintf '%s' '${csv}'\n`);
    await chmod(tool, 0o755);
  }

  it('[ENG-116] reads it at once and every 10 s, and forgets what no longer holds', async () => {
    const clock = createFakeClock();
    await answerWith('0, GPU-1, 1024, 2048');
    const watch = watchGpuMemory({ clock, log: silentLogger, devices: undefined, tool });
    await vi.waitFor(() => expect(watch.read()).toEqual({ used: '1GB', total: '2GB' }));
    await answerWith('0, GPU-1, 1536, 2048');
    await clock.advance(9_000);
    expect(watch.read().used).toBe('1GB');
    await clock.advance(1_000);
    await vi.waitFor(() => expect(watch.read().used).toBe('1.5GB'));
    await writeFile(tool, '#!/bin/sh\nexit 15\n');
    await vi.waitFor(async () => {
      await clock.advance(10_000);
      expect(watch.read()).toEqual(UNKNOWN_MEMORY);
    });
    watch.stop();
  });

  it('[ENG-116] gives up where the tool is not installed, and says so once', async () => {
    const clock = createFakeClock();
    const lines: string[] = [];
    const log: Logger = { ...silentLogger, info: (message) => void lines.push(message) };
    const watch = watchGpuMemory({ clock, log, devices: undefined, tool: join(folder, 'nothing') });
    await vi.waitFor(() => expect(lines).toEqual(['the memory of the GPU is not watched']));
    await answerWith('0, GPU-1, 1024, 2048');
    await clock.advance(60_000);
    expect(watch.read()).toEqual(UNKNOWN_MEMORY);
    expect(lines).toHaveLength(1);
  });
});
