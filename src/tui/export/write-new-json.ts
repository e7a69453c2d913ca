/** Writes documents into files that did not exist before. */
import { writeNewFile } from './write-new-file.ts';

export interface NewDocument {
  readonly folder: string;
  /** Beginning of the file's name; the time and `.json` follow. */
  readonly name: string;
  readonly document: unknown;
  readonly date: Date;
}

/** The path of the new file; never overwrites one. @throws Error of the file system */
export function writeNewJson({ folder, name, document, date }: NewDocument): Promise<string> {
  const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return writeNewFile({ folder, name: `${name}-${stamp}`, extension: '.json', text });
}
