/**
 * What the first pull of a model brought on this machine. Where nobody publishes checksums it is all there is to
 * compare with: a file that is replaced later, at its publisher or on its way, is noticed.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RtError } from '../../base/errors.ts';

export interface FirstSeen {
  readonly schema: 'rt.first-seen/v1';
  /** Where it came from; a record of another source says nothing. */
  readonly source: string;
  /** Commit that the branch meant then; later pulls fetch the same one. */
  readonly revision?: string;
  readonly recorded_at: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/**
 * The record at `path` for `source`, undefined where there is none.
 * @throws RtError config_invalid for a damaged one: forgetting it would trust whatever comes next
 */
export async function readFirstSeen(path: string, source: string): Promise<FirstSeen | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const record = JSON.parse(content) as FirstSeen;
    return record.source === source ? record : undefined;
  } catch (cause) {
    throw new RtError('config_invalid', `${path} is damaged`, {
      cause,
      hint: 'It holds the checksums of the first pull. Delete it to trust what comes next.',
    });
  }
}

export async function writeFirstSeen(path: string, record: FirstSeen): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
