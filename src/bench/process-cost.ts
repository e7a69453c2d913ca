/** What other processes of this machine cost, from /proc; on systems without it they are not measured. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';

export interface ProcessCost {
  readonly pid: number;
  readonly name: string;
  /** CPU seconds per second of wall time between the two looks, all threads together. */
  readonly cpuShare: number;
  readonly rssBytes: number;
}

export interface ProcessReading {
  readonly name: string;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** USER_HZ is 100 on every Linux that Node runs on, whatever the kernel's own tick is. */
const TICK_MS = 10;
/** Fields of /proc/PID/stat behind the name, which may itself hold spaces and brackets. */
const UTIME = 11;
const STIME = 12;

/** Reads the two files of one process. Pure. */
export function readProcess(stat: string, status: string): ProcessReading {
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const rssKib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return {
    name: stat.slice(open + 1, close),
    cpuMs: (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS,
    rssBytes: rssKib * 1024,
  };
}

/**
 * Takes a first look at `pids`; the result takes the second. A process that ended in between is left out.
 * @throws RtError not_found for a process that cannot be read now
 */
export function watchProcesses(pids: readonly number[], clock: Clock): () => readonly ProcessCost[] {
  const startMs = clock.nowMs();
  const first = pids.map((pid) => {
    const reading = look(pid);
    if (reading !== undefined) return { pid, reading };
    throw new RtError('not_found', `There is no process ${String(pid)} to watch`, {
      hint: 'Give --pid the number of a process of this machine; it is read from /proc, which only Linux has.',
    });
  });
  return () =>
    first.flatMap(({ pid, reading }) => {
      const now = look(pid);
      const elapsedMs = clock.nowMs() - startMs;
      if (now === undefined || elapsedMs <= 0) return [];
      const cpuShare = (now.cpuMs - reading.cpuMs) / elapsedMs;
      return [{ pid, name: now.name, cpuShare, rssBytes: now.rssBytes }];
    });
}

/** Undefined when there is no such process, or it belongs to somebody else. */
export function look(pid: number): ProcessReading | undefined {
  try {
    const [stat, status] = ['stat', 'status'].map((name) =>
      readFileSync(`/proc/${String(pid)}/${name}`, 'utf8'),
    );
    return readProcess(stat ?? '', status ?? '');
  } catch {
    return undefined;
  }
}
