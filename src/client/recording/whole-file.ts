/** Files that are there whole or not at all. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf, RtError } from '../../base/errors.ts';

/** Puts `text` at `path`, in place of what was there. @throws RtError disk_full or file_unreadable */
export function writeWholeFile(path: string, text: string): void {
  const draft = `${path}.${String(process.pid)}.part`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw writeFault(path, error);
  }
}

/** What a failed write is for a person. */
export function writeFault(path: string, error: unknown): RtError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RtError('disk_full', `No space is left for ${path}`, {
      cause: error,
      hint: 'Free some space or name another folder with --save; what was said stands above.',
    });
  }
  return new RtError('file_unreadable', `Cannot write ${path}: ${messageOf(error)}`, {
    cause: error,
    hint: 'Name a folder this user may write to with --save.',
  });
}
