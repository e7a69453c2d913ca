import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherLimitsFacts, type LimitsFacts } from '../../../src/app/doctor/limits-facts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rt-limits-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function gather(files: Readonly<Record<string, string>>): Promise<LimitsFacts> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return gatherLimitsFacts({ proc: join(root, 'proc'), sys: join(root, 'sys'), shm: join(root, 'shm') });
}

describe('what the kernel tells of limits', () => {
  it('[DOC-7] the tightest control group counts, whichever level it is on', async () => {
    const facts = await gather({
      'proc/self/cgroup': '0::/system.slice/rt.service\n',
      'sys/fs/cgroup/system.slice/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/system.slice/memory.max': '1000\n',
      'sys/fs/cgroup/system.slice/memory.current': '700\n',
      'sys/fs/cgroup/system.slice/memory.stat': 'anon 1\ninactive_file 200\n',
      'sys/fs/cgroup/system.slice/rt.service/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/system.slice/rt.service/cpu.stat': 'nr_periods 100\nnr_throttled 25\n',
      'sys/fs/cgroup/system.slice/rt.service/memory.max': 'max\n',
    });
    expect(facts).toMatchObject({
      quotaCores: 1.5,
      throttledShare: 0.25,
      memoryLimitBytes: 1000,
      memoryFreeBytes: 500,
    });
  });

  it('[DOC-7] without limits it is the machine that counts', async () => {
    const facts = await gather({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpu.max': 'max 100000\n',
      'proc/meminfo': 'MemTotal: 20 kB\nMemAvailable:       4 kB\n',
      'proc/self/limits':
        'Limit                     Soft Limit           Hard Limit           Units     \n' +
        'Max core file size        unlimited            unlimited            bytes     \n' +
        'Max open files            1024                 524288               files     \n',
      'sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
    });
    expect(facts).toMatchObject({
      quotaCores: undefined,
      memoryLimitBytes: undefined,
      memoryFreeBytes: 4096,
      openFiles: 1024,
      coreBytes: Number.POSITIVE_INFINITY,
      hugePages: 'madvise',
    });
  });

  it('[DOC-7] a system that tells nothing is no fault', async () => {
    expect(await gather({})).toMatchObject({
      openFiles: undefined,
      memoryFreeBytes: undefined,
      sharedMemory: undefined,
    });
  });
});
