/** The files of a repository as its hub lists them, with sizes and, for large ones, checksums. */
import { RtError, toRtError } from '../../base/errors.ts';
import type { FetchPorts } from './fetch-file.ts';

/** A repository has a few dozen files; a longer listing is not what was asked for. */
const MOST_LISTING_BYTES = 4 << 20;

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
}

/** @throws RtError not_found, download_failed, or the signal's reason */
export async function listRepository(
  url: string,
  { get, signal }: Pick<FetchPorts, 'get' | 'signal'>,
): Promise<readonly ListedFile[]> {
  const answer = await get(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw toRtError(error, 'download_failed');
  });
  if (answer.status !== 200) {
    answer.drop();
    const code = answer.status === 404 ? 'not_found' : 'download_failed';
    throw new RtError(code, `${url} answered ${answer.status}`);
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_LISTING_BYTES) throw new RtError('download_failed', `${url} lists too much`);
  }
  return parseListing(text, url);
}

/** @throws RtError download_failed for anything that is not a listing */
export function parseListing(text: string, url: string): readonly ListedFile[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    rows = undefined;
  }
  if (!Array.isArray(rows)) throw new RtError('download_failed', `${url} is not the listing of a repository`);
  return rows.filter(isFileRow).map(({ path, size, lfs }) => ({
    path,
    bytes: lfs?.size ?? size,
    // Files that are not in large file storage have a checksum of another kind, which is no use here.
    sha256: lfs !== undefined && /^[0-9a-f]{64}$/.test(lfs.oid) ? lfs.oid : undefined,
  }));
}

interface FileRow {
  readonly path: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

function isFileRow(row: unknown): row is FileRow {
  if (typeof row !== 'object' || row === null) return false;
  const { type, path, size, lfs } = row as Readonly<Record<string, unknown>>;
  const isPlain = type === 'file' && typeof path === 'string' && typeof size === 'number';
  if (lfs === undefined) return isPlain;
  if (typeof lfs !== 'object' || lfs === null) return false;
  const { oid, size: lfsSize } = lfs as Readonly<Record<string, unknown>>;
  return isPlain && typeof oid === 'string' && typeof lfsSize === 'number';
}
