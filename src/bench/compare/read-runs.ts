/** Runs from files: one document, a folder of `rt bench … --out`, or a folder of several of those. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import { parseRun, type RunDocument } from './run-document.ts';

const RUN_FILE = 'run.json';

/**
 * In the order of their names; at least one.
 * @throws RtError file_unreadable for a path without a document, or a document that is none
 */
export async function readRuns(path: string): Promise<readonly RunDocument[]> {
  const files = await filesOf(path);
  if (files.length === 0) {
    throw new RtError('file_unreadable', `There is no ${RUN_FILE} in ${path}, nor in a folder in it`, {
      hint: 'Give a document, a folder that --out wrote, or a folder of several of those.',
    });
  }
  return Promise.all(files.map(async (file) => parseRun(file, await read(file))));
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await isFolder(path))) return [path];
  if (await isFile(join(path, RUN_FILE))) return [join(path, RUN_FILE)];
  const names = (await readdir(path)).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const file = join(path, name, RUN_FILE);
      return (await isFile(file)) ? [file] : [];
    }),
  );
  return found.flat();
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RtError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give a document, a folder that --out wrote, or a folder of several of those.',
    });
  });
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}
