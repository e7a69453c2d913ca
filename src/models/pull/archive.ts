/**
 * Takes the files of a model out of a release archive with the system's tar.
 *
 * Refuses: archives that name anything absolute or with `..`, and members that are not plain files. Nothing is
 * unpacked but members asked for by name, into an empty folder, so that no link of the archive is ever followed.
 */
import { spawn } from 'node:child_process';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';

/** Endings of archives tar can open with the programs a system usually has. */
export const ARCHIVE_ENDING: RegExp = /\.(?:tar(?:\.(?:bz2|gz|xz|zst))?|tgz|tbz2?)$/;

/** A plain file in the archive's one folder, or at its top. */
const PLAIN_MEMBER = /^(?:\.\/)?(?:[A-Za-z0-9][A-Za-z0-9._+-]*\/)?[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Longest listing that is read: a model has dozens of members, not hundred thousands. */
const MOST_LISTING_BYTES = 4 << 20;

export interface UnpackOptions {
  readonly archive: string;
  /** Folder the files go to. */
  readonly folder: string;
  /** Whether a member of that base name is wanted. */
  readonly isWanted: (name: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Unpacks the wanted members; returns their base names.
 * @throws RtError component_missing, model_invalid, disk_full, or the signal's reason
 */
export async function unpack(options: UnpackOptions): Promise<readonly string[]> {
  const { archive, folder, isWanted, signal } = options;
  const listing = await tar(['-tf', archive], signal);
  const members = chooseMembers(listing.split('\n'), isWanted, basename(archive));
  if (members.length === 0) {
    throw new RtError('model_invalid', `${basename(archive)} has no model files`);
  }
  const room = join(folder, 'unpacked');
  await rm(room, { recursive: true, force: true });
  await mkdir(room, { recursive: true });
  const plainly = ['--no-same-owner', '--no-same-permissions'];
  await tar(['-xf', archive, '-C', room, ...plainly, ...members], signal);
  for (const member of members) {
    const path = join(room, member);
    const info = await lstat(path);
    if (!info.isFile() || info.nlink > 1) {
      throw new RtError('model_invalid', `${member} in ${basename(archive)} is not a plain file`);
    }
    await rename(path, join(folder, basename(member)));
  }
  await rm(room, { recursive: true });
  return members.map((member) => basename(member));
}

/**
 * The members to unpack, as the archive names them.
 * @throws RtError model_invalid for an archive that reaches outside of its folder or has a name twice
 */
export function chooseMembers(
  names: readonly string[],
  isWanted: (name: string) => boolean,
  archive: string,
): readonly string[] {
  const outside = names.find((name) => name.startsWith('/') || name.split('/').includes('..'));
  if (outside !== undefined) {
    throw new RtError('model_invalid', `${archive} wants to write outside of its folder: ${outside}`, {
      hint: 'Do not use this archive.',
    });
  }
  const members = names.filter((name) => PLAIN_MEMBER.test(name) && isWanted(basename(name)));
  const bases = members.map((member) => basename(member));
  const twice = bases.find((name, index) => bases.indexOf(name) !== index);
  if (twice !== undefined) throw new RtError('model_invalid', `${archive} has ${twice} twice`);
  return members;
}

/** What tar wrote on stdout. */
function tar(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        if (texts[name].length < MOST_LISTING_BYTES) texts[name] += chunk;
      });
    }
    child.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : notStarted(error)));
    child.on('close', (code) => {
      if (code === 0 && texts.stdout.length < MOST_LISTING_BYTES) resolve(texts.stdout);
      else reject(explain(texts.stderr, args[1] ?? ''));
    });
  });
}

function notStarted(cause: Error): RtError {
  return new RtError('component_missing', `tar could not be started: ${messageOf(cause)}`, {
    cause,
    hint: 'Install tar, or unpack the archive elsewhere and pass --model with the folder.',
  });
}

function explain(stderr: string, archive: string): RtError {
  const [line = 'no reason given'] = stderr.trim().split('\n');
  if (/No space left/i.test(stderr)) {
    return new RtError('disk_full', `There is no space left to unpack ${basename(archive)}`);
  }
  const program = /(bzip2|gzip|xz|zstd)\b[^\n]*(?:Cannot exec|not found)/i.exec(stderr)?.[1];
  if (program !== undefined) {
    return new RtError('component_missing', `tar needs ${program} to open ${basename(archive)}`, {
      hint: `Install ${program}, then run the command again: what was fetched is kept.`,
    });
  }
  return new RtError('model_invalid', `${basename(archive)} cannot be unpacked: ${line}`);
}
