/** Writes documents into files that did not exist before. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface NewFile {
  readonly folder: string;
  /** Beginning of the file's name; the time and `.json` follow. */
  readonly name: string;
  readonly document: unknown;
  readonly date: Date;
}

/** The path of the new file; never overwrites one. @throws Error of the file system */
export async function writeNewJson({ folder, name, document, date }: NewFile): Promise<string> {
  const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const text = `${JSON.stringify(document, null, 2)}\n`;
  for (let copy = 1; ; copy += 1) {
    const path = join(folder, `${name}-${stamp}${copy === 1 ? '' : `-${copy}`}.json`);
    try {
      await writeFile(path, text, { flag: 'wx' });
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
