/**
 * Memory of the GPU a worker computes on, for its record in the registry, as nvidia-smi tells it.
 *
 * Always true: what is not known is the empty text, never an old figure; asking happens beside the heartbeat and
 * never delays it; without the tool it is asked once and not again.
 */
import { execa } from 'execa';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { repeat } from '../base/repeat.ts';

/** As people write it: `4.2GB`; empty where it is not known. Binary units, as the cards are sold. */
export interface GpuMemory {
  readonly used: string;
  readonly total: string;
}

export const UNKNOWN_MEMORY: GpuMemory = { used: '', total: '' };

const READ_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;
const QUERY = ['--query-gpu=index,uuid,memory.used,memory.total', '--format=csv,noheader,nounits'];

/**
 * Figures of the first GPU that CUDA may use, which is the one the engine takes.
 * @param csv index, UUID, used and total MiB, a line a GPU
 * @param devices `CUDA_VISIBLE_DEVICES`; a slice of a GPU (MIG) has no figures of its own
 */
export function parseGpuMemory(csv: string, devices: string | undefined): GpuMemory {
  const gpus = csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter(([index]) => index !== undefined && /^\d+$/.test(index));
  const first = devices?.split(',')[0]?.trim();
  const gpu = first === undefined ? gpus[0] : gpus.find((each) => isNamed(each, first));
  const [used, total] = [gigabytes(gpu?.[2]), gigabytes(gpu?.[3])];
  return used === '' || total === '' ? UNKNOWN_MEMORY : { used, total };
}

/** CUDA takes an index, or a UUID or the beginning of one. */
function isNamed([index, uuid = '']: readonly string[], name: string): boolean {
  return index === name || (name.startsWith('GPU-') && uuid.startsWith(name));
}

/** `[N/A]` and its like are no figures. */
function gigabytes(mebibytes: string | undefined): string {
  if (mebibytes === undefined || !/^\d+$/.test(mebibytes)) return '';
  return `${Number((Number(mebibytes) / 1024).toFixed(1))}GB`;
}

export interface GpuMemoryWatch {
  /** The latest figures. */
  read(): GpuMemory;
  stop(): void;
}

export interface GpuMemoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly devices: string | undefined;
  /** The program to ask; nvidia-smi from PATH unless a test says otherwise. */
  readonly tool?: string;
}

/** Asks at once and every 10 s. */
export function watchGpuMemory(options: GpuMemoryOptions): GpuMemoryWatch {
  const { clock, log, devices, tool = 'nvidia-smi' } = options;
  const stopped = new AbortController();
  let memory = UNKNOWN_MEMORY;
  const ask = async (): Promise<void> => {
    const answer = await execa(tool, QUERY, {
      timeout: ANSWER_WITHIN_MS,
      cancelSignal: stopped.signal,
      stdin: 'ignore',
      stderr: 'ignore',
      reject: false,
    });
    memory = answer.failed ? UNKNOWN_MEMORY : parseGpuMemory(answer.stdout, devices);
    if (answer.code !== 'ENOENT' || stopped.signal.aborted) return;
    log.info('the memory of the GPU is not watched', { reason: `${tool} is not installed` });
    stopped.abort();
  };
  void ask().then(() => repeat(clock, { everyMs: READ_EVERY_MS, run: ask, signal: stopped.signal }));
  return { read: () => memory, stop: () => stopped.abort() };
}
