/** Model folders put together from files of the repository, and files made bad. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface ModelFolder {
  readonly path: string;
  file(name: string): string;
  /** Cuts a file after this many bytes. */
  cut(name: string, bytes: number): void;
  write(name: string, content: string | Uint8Array): void;
  /** Changes the bytes of a file. */
  patch(name: string, change: (bytes: Buffer) => void): void;
}

/** @param files name in the folder → path of the file to copy; the folder is removed after the tests of the file */
export function makeModelFolder(files: Readonly<Record<string, string>>): ModelFolder {
  const path = mkdtempSync(join(tmpdir(), 'rt-model-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(files)) copyFileSync(source, join(path, name));
  const file = (name: string): string => join(path, name);
  return {
    path,
    file,
    cut: (name, bytes) => truncateSync(file(name), bytes),
    write: (name, content) => writeFileSync(file(name), content),
    patch(name, change) {
      const bytes = readFileSync(file(name));
      change(bytes);
      writeFileSync(file(name), bytes);
    },
  };
}
