/** What a process of this machine holds, from /proc; nothing where there is none. */
import { readdir, readFile } from 'node:fs/promises';

export interface ProcessGauge {
  readonly rssBytes: number;
  readonly openFiles: number;
}

/** Undefined when the process is gone or belongs to somebody else. */
export async function gaugeProcess(pid: number): Promise<ProcessGauge | undefined> {
  try {
    const [files, status] = await Promise.all([
      readdir(`/proc/${pid}/fd`),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    return kib === undefined ? undefined : { rssBytes: Number(kib) * 1024, openFiles: files.length };
  } catch {
    return undefined;
  }
}
