/**
 * How much of its heap a process has used, as V8 counts when it ends one for it: by the old generation alone.
 * The limit that V8 tells is that of both generations. The young one is 48 MiB of it wherever there is memory enough,
 * so by that measure a process of --max-old-space-size=96 dies at two thirds.
 */
import { totalmem } from 'node:os';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

const MIB = 1024 * 1024;
const YOUNG_SPACES: ReadonlySet<string> = new Set(['new_space', 'new_large_object_space']);
const MOST_RESERVE_BYTES = 16 * MIB;
const RESERVES_IN_LIMIT = 6;
const SEMI_SPACES = 3;
const MOST_SEMI_SPACE_BYTES = 16 * MIB;
/** V8 plans the old generation to be half of the memory, and each semi-space to be a 128th of that. */
const SEMI_SPACES_IN_MEMORY = 256;

/** Of what may be used, 0 to 1 and a little beyond. */
export function createHeapShare(): () => number {
  const limitBytes = oldLimitBytes(getHeapStatistics().heap_size_limit, memoryBytes());
  const usableBytes = limitBytes - reserveBytes(limitBytes);
  return () => oldUsedBytes() / usableBytes;
}

/**
 * What is kept free of the old generation: a flood of sessions takes 4 MB a second, which is several looks before the
 * process is at its limit, and nearer to it nothing but garbage is collected.
 */
export function reserveBytes(limitBytes: number): number {
  return Math.min(MOST_RESERVE_BYTES, limitBytes / RESERVES_IN_LIMIT);
}

/**
 * What the old generation may have.
 * @param heapLimitBytes of both generations
 * @param memory of the machine, or what the process may have of it, in bytes
 */
export function oldLimitBytes(heapLimitBytes: number, memory: number): number {
  const semiSpaceBytes = Math.min(MOST_SEMI_SPACE_BYTES, memory / SEMI_SPACES_IN_MEMORY);
  return heapLimitBytes - SEMI_SPACES * semiSpaceBytes;
}

/** What this process may have of the memory of the machine. */
export function memoryBytes(): number {
  const constrainedBytes = process.constrainedMemory();
  return constrainedBytes > 0 ? Math.min(totalmem(), constrainedBytes) : totalmem();
}

function oldUsedBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => !YOUNG_SPACES.has(name))
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}
