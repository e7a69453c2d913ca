/** Memory and open files of named processes over a long run, from /proc. */
import { readdirSync } from 'node:fs';
import { RtError } from '../../base/errors.ts';
import { look } from '../process-cost.ts';
import { type Sample, slopeMbPerHour } from './slope.ts';

export interface NamedPid {
  readonly name: string;
  readonly pid: number;
}

export interface ProcessGrowth {
  readonly name: string;
  readonly pid: number;
  /** False when it ended, or was replaced, before the run was over. */
  readonly isAlive: boolean;
  readonly rssSlopeMbH: number | null;
  readonly rssBytes: { readonly first: number; readonly last: number };
  /** Open files more than before the sessions; null where nobody could count them. */
  readonly fdsLeft: number | null;
  readonly samples: readonly Sample[];
}

export interface GrowthWatch {
  sample(atMs: number): void;
  /** Slopes count samples from `settledMs` on. Looks at open files once more. */
  conclude(settledMs: number): readonly ProcessGrowth[];
}

/** `gateway=4711`. @throws RtError usage for what is not a name and a number */
export function parseNamedPid(text: string): NamedPid {
  const [, name = '', pid = ''] = /^([\w.-]+)=(\d{1,7})$/.exec(text) ?? [];
  if (name !== '') return { name, pid: Number(pid) };
  throw new RtError('usage', `"${text}" does not name a process`, {
    hint: 'Write NAME=PID, for example gateway=4711.',
  });
}

/** Looks for the first time. @throws RtError not_found for a process that cannot be read */
export function watchGrowth(processes: readonly NamedPid[]): GrowthWatch {
  const watched = processes.map(({ name, pid }) => {
    const before = look(pid);
    if (before === undefined) {
      throw new RtError('not_found', `There is no process ${String(pid)} (${name}) to watch`, {
        hint: 'Give --pid the number of a process of this machine; it is read from /proc, which only Linux has.',
      });
    }
    return { name, pid, rssBytes: before.rssBytes, openFiles: countFiles(pid), samples: [] as Sample[] };
  });
  return {
    sample(atMs) {
      for (const { pid, samples } of watched) {
        const now = look(pid);
        if (now !== undefined) samples.push({ atMs, bytes: now.rssBytes });
      }
    },
    conclude: (settledMs) =>
      watched.map(({ name, pid, rssBytes, openFiles, samples }) => {
        const now = look(pid);
        const openNow = countFiles(pid);
        const left = openFiles === undefined || openNow === undefined ? null : openNow - openFiles;
        return {
          ...{ name, pid, samples, isAlive: now !== undefined, fdsLeft: left },
          rssSlopeMbH: slopeMbPerHour(samples.filter(({ atMs }) => atMs >= settledMs)),
          rssBytes: { first: rssBytes, last: now?.rssBytes ?? samples.at(-1)?.bytes ?? rssBytes },
        };
      }),
  };
}

function countFiles(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${String(pid)}/fd`).length;
  } catch {
    return undefined;
  }
}
