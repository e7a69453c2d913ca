/** A run as files: run.json for programs, README.md for people. Both are complete or not there. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';

/** @throws RtError config_invalid when the folder cannot be written */
export async function writeRunFiles(folder: string, document: object, readme: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, 'run.json'), `${JSON.stringify(document, null, 1)}\n`);
    await writeWhole(join(folder, 'README.md'), readme);
  } catch (cause) {
    throw new RtError('config_invalid', `The run cannot be written to ${folder}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give --out a folder that can be written.',
    });
  }
}

export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${String(process.pid)}`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
