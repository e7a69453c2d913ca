/** Writes files that did not exist before. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface NewFile {
  readonly folder: string;
  /** Without the extension. */
  readonly name: string;
  /** With its dot. */
  readonly extension: string;
  readonly text: string;
}

/** The path of the new file, numbered where the name is taken. @throws Error of the file system */
export async function writeNewFile({ folder, name, extension, text }: NewFile): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const path = join(folder, `${name}${copy === 1 ? '' : `-${copy}`}${extension}`);
    try {
      await writeFile(path, text, { flag: 'wx' });
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
