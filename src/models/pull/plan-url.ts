/**
 * What there is to fetch behind a URL that is in no catalogue: a repository or a folder of one, an archive, or a
 * single file. The id is what the URL ends with.
 */
import { basename } from 'node:path';
import { RtError } from '../../base/errors.ts';
import { roleOf } from '../file-role.ts';
import { hubFileUrl, hubTreeUrl, type Mirror, parseHubUrl } from '../source-url.ts';
import { ARCHIVE_ENDING } from './archive.ts';
import type { FetchPorts } from './fetch-file.ts';
import type { Download, PullPlan } from './plan.ts';

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
/** A repository has a few dozen files; a longer listing is not what was asked for. */
const MOST_LISTING_BYTES = 4 << 20;

/** @throws RtError usage, download_failed, not_found, forbidden */
export async function planUrl(
  url: string,
  options: Mirror & { readonly ports: Pick<FetchPorts, 'get' | 'signal'> },
): Promise<PullPlan> {
  const hub = parseHubUrl(url);
  if (hub !== undefined) return planHubRepository(hub, options);
  const name = decodeURIComponent(basename(new URL(url).pathname));
  if (!PLAIN_NAME.test(name)) {
    throw new RtError('usage', `${url} names no file`, {
      hint: 'Give the URL of an archive, of an .onnx file, or of a repository on huggingface.co.',
    });
  }
  const isArchive = ARCHIVE_ENDING.test(name);
  const role = isArchive ? 'archive' : roleOf(name);
  if (role === undefined) {
    throw new RtError('usage', `${name} is neither an archive nor a file of a model`, {
      hint: 'Archives end in .tar, .tar.bz2, .tar.gz, .tar.xz or .tar.zst, graphs in .onnx.',
    });
  }
  const id = name.replace(ARCHIVE_ENDING, '').replace(/\.onnx$/, '');
  const downloads: readonly Download[] = [{ name, role, url: () => url }];
  const plan = { id, source: url, card: { id, name: id }, downloads };
  return isArchive ? { ...plan, archive: { members: undefined } } : plan;
}

interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
}

async function planHubRepository(
  hub: { readonly repo: string; readonly revision: string; readonly folder: string },
  { baseUrl, ports }: Mirror & { readonly ports: Pick<FetchPorts, 'get' | 'signal'> },
): Promise<PullPlan> {
  const { repo, revision, folder } = hub;
  const address = `hub:${repo}@${revision}${folder === '' ? '' : `/${folder}`}`;
  const files = await list(hubTreeUrl(hub, { baseUrl }), ports);
  const chosen = files.filter(({ path }) => {
    const name = basename(path);
    const parent = path.slice(0, Math.max(0, path.length - name.length - 1));
    return parent === folder && PLAIN_NAME.test(name) && roleOf(name) !== undefined;
  });
  if (!chosen.some(({ path }) => path.endsWith('.onnx'))) {
    const folders = [
      ...new Set(files.filter(({ path }) => path.endsWith('.onnx')).map(({ path }) => parentOf(path))),
    ];
    throw new RtError(
      'not_found',
      `${repo} has no .onnx file ${folder === '' ? 'at its top' : `in ${folder}`}`,
      {
        hint:
          folders.length === 0
            ? 'Look for a repository with an ONNX export of the model.'
            : `Add the folder to the URL: /tree/${revision}/${folders[0] ?? ''}`,
      },
    );
  }
  const id = basename(folder === '' ? repo : folder).toLowerCase();
  const downloads = chosen.map(({ path, bytes, sha256 }) => ({
    name: basename(path),
    role: roleOf(basename(path)),
    url: (commit = revision) => hubFileUrl({ repo, revision: commit }, path, { baseUrl }),
    expectedBytes: bytes,
    aboutBytes: bytes,
    sha256,
  }));
  return { id, source: address, card: { id, name: id }, downloads };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

async function list(
  url: string,
  { get, signal }: Pick<FetchPorts, 'get' | 'signal'>,
): Promise<readonly Listed[]> {
  const answer = await get(url, { signal });
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
export function parseListing(text: string, url: string): readonly Listed[] {
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
