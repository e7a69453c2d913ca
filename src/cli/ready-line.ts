/** The one line by which a script or supervisor learns that a server is up. */
import { renameSync, writeFileSync } from 'node:fs';
import type { RunningProcess } from '../app/ports.ts';
import { messageOf, RtError } from '../base/errors.ts';

/** The line of `running`, without a line end. */
export function readyLine(running: RunningProcess, version: string): string {
  const { role, id, url, http } = running;
  return JSON.stringify({ type: 'ready', role, id, url, http, pid: process.pid, version });
}

/**
 * Writes the line to the ready file, where one is asked for, so that a reader sees all of it or none.
 * @throws RtError file_unreadable when the file cannot be written
 */
export function writeReadyFile(line: string, path: string): void {
  const draft = `${path}.${String(process.pid)}`;
  try {
    writeFileSync(draft, `${line}\n`);
    renameSync(draft, path);
  } catch (error) {
    throw new RtError('file_unreadable', `Cannot write ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file in a folder this user may write to with --ready-file.',
    });
  }
}
