/** What the kernel, the container and Node let this process have. Never rejects; what is not told is undefined. */
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';

export interface LimitsFacts {
  /** `20.19.0`. */
  readonly node: string;
  /** Files and sockets this process may have open. */
  readonly openFiles: number | undefined;
  /** Bytes of a core dump; Infinity for no limit. */
  readonly coreBytes: number | undefined;
  readonly cores: number;
  /** Cores the control group grants; undefined for no limit. */
  readonly quotaCores: number | undefined;
  /** Share of the scheduling periods in which the quota was used up. */
  readonly throttledShare: number | undefined;
  readonly memoryBytes: number;
  /** That the control group grants; undefined for no limit. */
  readonly memoryLimitBytes: number | undefined;
  /** What is still to be had, of the limit or else of the machine. */
  readonly memoryFreeBytes: number | undefined;
  readonly sharedMemory: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  /** `always`, `madvise` or `never`. */
  readonly hugePages: string | undefined;
}

/** Where the kernel tells of itself; another folder in tests. */
export interface KernelFolders {
  readonly proc: string;
  readonly sys: string;
  readonly shm: string;
}

const KERNEL: KernelFolders = { proc: '/proc', sys: '/sys', shm: '/dev/shm' };

export async function gatherLimitsFacts(folders: KernelFolders = KERNEL): Promise<LimitsFacts> {
  const { proc, sys, shm } = folders;
  const limits = await textOf(`${proc}/self/limits`);
  const groups = await controlGroups(folders);
  const memory = await memoryOf(groups, proc);
  return {
    node: process.versions.node,
    openFiles: softLimit(limits, 'Max open files'),
    coreBytes: softLimit(limits, 'Max core file size'),
    cores: availableParallelism(),
    quotaCores: least(await Promise.all(groups.map(quotaOf))),
    throttledShare: await throttledShareOf(groups[0]),
    memoryBytes: totalmem(),
    ...memory,
    sharedMemory: await spaceOf(shm),
    hugePages: /\[(\w+)\]/.exec((await textOf(`${sys}/kernel/mm/transparent_hugepage/enabled`)) ?? '')?.[1],
  };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** `Max open files            1024                 524288               files` */
function softLimit(limits: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(limits ?? '')?.[1];
  if (value === undefined) return undefined;
  return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
}

/** Folders of the control group (version 2) this process is in and of those above it, the innermost first. */
async function controlGroups({ proc, sys }: KernelFolders): Promise<readonly string[]> {
  const path = /^0::(\/.*)$/m.exec((await textOf(`${proc}/self/cgroup`)) ?? '')?.[1];
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, above) =>
    [`${sys}/fs/cgroup`, ...parts.slice(0, parts.length - above)].join('/'),
  );
}

/** `200000 100000` is two cores, `max 100000` no limit. */
async function quotaOf(group: string): Promise<number | undefined> {
  const [quota, period] = ((await textOf(`${group}/cpu.max`)) ?? 'max').trim().split(' ');
  return quota === 'max' ? undefined : Number(quota) / Number(period);
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

async function throttledShareOf(group: string | undefined): Promise<number | undefined> {
  const stat = group === undefined ? undefined : await textOf(`${group}/cpu.stat`);
  const count = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat ?? '')?.[1]);
  const periods = count('nr_periods');
  return periods > 0 ? count('nr_throttled') / periods : undefined;
}

async function memoryOf(
  groups: readonly string[],
  proc: string,
): Promise<Pick<LimitsFacts, 'memoryLimitBytes' | 'memoryFreeBytes'>> {
  const limited = await Promise.all(groups.map(memoryOfGroup));
  const tightest = limited
    .filter((group) => group !== undefined)
    .toSorted((a, b) => a.limitBytes - b.limitBytes)[0];
  if (tightest !== undefined) {
    const { limitBytes, usedBytes } = tightest;
    return { memoryLimitBytes: limitBytes, memoryFreeBytes: Math.max(0, limitBytes - usedBytes) };
  }
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec((await textOf(`${proc}/meminfo`)) ?? '')?.[1];
  return {
    memoryLimitBytes: undefined,
    memoryFreeBytes: available === undefined ? undefined : Number(available) * 1024,
  };
}

/** The page cache is given back before anybody is refused, so it counts as free. */
async function memoryOfGroup(
  group: string,
): Promise<{ readonly limitBytes: number; readonly usedBytes: number } | undefined> {
  const limit = ((await textOf(`${group}/memory.max`)) ?? 'max').trim();
  if (limit === 'max') return undefined;
  const used = Number((await textOf(`${group}/memory.current`)) ?? 0);
  const cached = Number(/^inactive_file (\d+)/m.exec((await textOf(`${group}/memory.stat`)) ?? '')?.[1] ?? 0);
  return { limitBytes: Number(limit), usedBytes: used - cached };
}

async function spaceOf(folder: string): Promise<LimitsFacts['sharedMemory']> {
  const space = await statfs(folder).catch(() => undefined);
  if (space === undefined) return undefined;
  return { totalBytes: space.blocks * space.bsize, freeBytes: space.bavail * space.bsize };
}
