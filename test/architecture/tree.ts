import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the files below a folder of the repository, from its root; empty where there is no such folder. */
export function filesBelow(folder: string, pattern = /./): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => pattern.test(path) && !path.includes('node_modules'))
    .sort();
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
