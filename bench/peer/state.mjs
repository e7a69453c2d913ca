/**
 * What has been measured so far, on disk after every cell, so that a run that was ended goes on where it was.
 *
 * A state belongs to one fingerprint: model, peer, the built `rt`, and the settings of the run. Another
 * fingerprint starts anew, so figures of two builds never stand in one table. Only what was found about the peer's
 * best settings is kept when another build of `rt` is measured: it has no part in that search.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SCHEMA = 'rt.bench.peer-state/v1';

/**
 * @typedef {object} State
 * @property {string} startedAt
 * @property {Record<string, object>} cells measured, by key
 * @property {boolean} isResumed whether it had cells when it was opened
 * @property {(key: string, measure: () => Promise<object>) => Promise<object>} cell the stored result, or a fresh
 *   one that is stored before it is returned
 */

/**
 * Opens the state of a run.
 *
 * @param {string} file
 * @param {{ fingerprint: string, tuning?: string, nowIso: string }} run `tuning`: what the search for the peer's
 *   settings depends on
 * @returns {State}
 */
export function openState(file, { fingerprint, tuning = fingerprint, nowIso }) {
  const stored = readStored(file, { fingerprint, tuning });
  const document = stored ?? { schema: SCHEMA, fingerprint, tuning, startedAt: nowIso, cells: {} };
  return {
    startedAt: document.startedAt,
    cells: document.cells,
    isResumed: stored !== undefined && Object.keys(stored.cells).length > 0,
    async cell(key, measure) {
      if (document.cells[key] === undefined) {
        document.cells[key] = await measure();
        save(file, document);
      }
      return document.cells[key];
    },
  };
}

function readStored(file, { fingerprint, tuning }) {
  if (!existsSync(file)) return undefined;
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  if (stored.schema !== SCHEMA) return undefined;
  if (stored.fingerprint === fingerprint) return stored;
  if (stored.tuning !== tuning) return undefined;
  const cells = Object.entries(stored.cells).filter(([key]) => /^(?:probe|step)\/peer\//.test(key));
  return { ...stored, fingerprint, cells: Object.fromEntries(cells) };
}

/** By rename, so that an end in the middle leaves the state before. */
function save(file, document) {
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.part`;
  writeFileSync(partial, `${JSON.stringify(document, null, 1)}\n`);
  renameSync(partial, file);
}
