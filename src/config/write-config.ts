/**
 * Writes a configuration file: the new text is complete or the old one stays.
 *
 * Always true: what is written can be read back by this program; a new file belongs to its owner alone, an existing one
 * keeps its mode, except the user's own, which is closed to others; a symbolic link stays one.
 */
import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';
import { editToml, type TomlChange } from './edit-toml.ts';
import { type FileOwner, parseConfigFile, readConfigText } from './file.ts';

const OWNER_ONLY = 0o600;

/** Changes the file at `path`, or makes it. @throws RtError config_invalid, file_unreadable */
export function changeConfigFile(path: string, owner: FileOwner, changes: readonly TomlChange[]): void {
  const before = readConfigText(path) ?? '';
  if (before !== '') parseConfigFile(path, before, owner);
  const after = editToml(before, changes);
  if (after === undefined) {
    throw new RtError('config_invalid', `${path} is written in a way that cannot be changed line by line`, {
      hint: 'Change it by hand, or write each context as a [contexts.NAME] table with a line for each key.',
    });
  }
  parseConfigFile(path, after, owner);
  replaceFile(path, after, owner);
}

function replaceFile(path: string, text: string, owner: FileOwner): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const target = existing(path);
    const mode = owner === 'user' || target === undefined ? OWNER_ONLY : statSync(target).mode & 0o777;
    const place = target ?? path;
    const draft = `${place}.${String(process.pid)}.tmp`;
    try {
      writeFileSync(draft, text, { mode, flag: 'wx' });
      chmodSync(draft, mode);
      renameSync(draft, place);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (cause) {
    throw new RtError('file_unreadable', `Cannot write ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Make the folder writable for this user.',
    });
  }
}

/** The file itself where `path` is a link to it. */
function existing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
