/** One file for each run of a rehearsal, whole or absent. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { historyText } from '../history/history-log.ts';

export interface NamedHistory {
  readonly scenario: string;
  readonly seed: number;
  readonly trial: number;
  readonly arm: 'baseline' | 'disturbed';
  readonly entries: readonly HistoryEntry[];
}

/** @throws RtError usage for a folder that cannot be written to */
export async function writeHistory(folder: string, history: NamedHistory): Promise<void> {
  const { scenario, seed, trial, arm, entries } = history;
  const number = String(trial).padStart(4, '0');
  const ending = arm === 'baseline' ? '-baseline' : '';
  const path = join(folder, `${scenario}-${seed}-${number}${ending}.jsonl`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.part`, historyText(entries));
    await rename(`${path}.part`, path);
  } catch (cause) {
    throw new RtError('usage', `${path} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Give --history a folder that can be written to.',
    });
  }
}
