/** What figures belong to: one model, one build of `rt`, one peer and one set of options. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @param {string} file */
export function sha256Of(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * Hash of everything that runs in a built checkout.
 *
 * @param {string} root
 * @throws Error where there is no build
 */
export function buildHash(root) {
  const dist = path.join(root, 'dist');
  const hash = createHash('sha256');
  for (const file of scriptsIn(dist)) hash.update(path.relative(dist, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function scriptsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return scriptsIn(file);
      return /\.(js|lua)$/.test(entry.name) ? [file] : [];
    });
}
