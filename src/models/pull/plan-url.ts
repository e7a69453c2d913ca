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
import { listRepository } from './hub-listing.ts';
import type { Download, PullPlan } from './plan.ts';

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

export interface PlanUrlOptions extends Mirror {
  /** Names of graphs to take of a repository that has them in several precisions, `*` for any text. */
  readonly only?: readonly string[] | undefined;
  readonly ports: Pick<FetchPorts, 'get' | 'signal'>;
}

/** @throws RtError usage, download_failed, not_found, forbidden */
export async function planUrl(url: string, options: PlanUrlOptions): Promise<PullPlan> {
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

type HubFolder = NonNullable<ReturnType<typeof parseHubUrl>>;

async function planHubRepository(hub: HubFolder, options: PlanUrlOptions): Promise<PullPlan> {
  const { repo, revision, folder } = hub;
  const { baseUrl, only } = options;
  const files = await listRepository(hubTreeUrl(hub, { baseUrl }), options.ports);
  const chosen = chooseFiles(files, { folder, only });
  if (!chosen.some(({ path }) => path.endsWith('.onnx'))) throw noGraph(hub, files);
  // `onnx` is where many repositories keep their graphs; it names nothing.
  const id = basename(folder === '' || folder === 'onnx' ? repo : folder).toLowerCase();
  if (!PLAIN_NAME.test(id)) throw new RtError('usage', `${folder} cannot be the name of a model`);
  const downloads = chosen.map(({ path, bytes, sha256 }) => ({
    name: basename(path),
    role: roleOf(basename(path)),
    url: (commit = revision) => hubFileUrl({ repo, revision: commit }, path, { baseUrl }),
    expectedBytes: bytes,
    aboutBytes: bytes,
    sha256,
  }));
  const source = `hub:${repo}@${revision}${folder === '' ? '' : `/${folder}`}`;
  return { id, source, card: { id, name: id }, downloads };
}

/**
 * Graphs of one folder, with the vocabulary, configuration and licence that lie beside them or, for want of that,
 * above them.
 */
export function chooseFiles<F extends { readonly path: string }>(
  files: readonly F[],
  { folder, only }: { readonly folder: string; readonly only?: readonly string[] | undefined },
): readonly F[] {
  const patterns = only?.map((text) => new RegExp(`^${text.split('*').map(escapeText).join('.*')}$`));
  const chosen = new Map<string, F>();
  const nearestFirst = files.toSorted((a, b) => b.path.split('/').length - a.path.split('/').length);
  for (const file of nearestFirst) {
    const name = basename(file.path);
    const role = roleOf(name);
    if (role === undefined || !PLAIN_NAME.test(name) || chosen.has(name)) continue;
    const parent = parentOf(file.path);
    if (/\.(?:onnx|ort)$/.test(name) || role === 'weights') {
      const isWanted = patterns?.some((pattern) => pattern.test(name)) ?? true;
      if (parent === folder && isWanted) chosen.set(name, file);
    } else if (parent === folder || parent === '' || folder.startsWith(`${parent}/`)) chosen.set(name, file);
  }
  return files.filter((file) => chosen.get(basename(file.path)) === file);
}

function escapeText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '\\$&');
}

function noGraph(
  { repo, revision, folder }: HubFolder,
  files: readonly { readonly path: string }[],
): RtError {
  const place = files.find(({ path }) => path.endsWith('.onnx') && parentOf(path) !== folder)?.path;
  return new RtError(
    'not_found',
    `${repo} has no such .onnx file ${folder === '' ? 'at its top' : `in ${folder}`}`,
    {
      hint:
        place === undefined
          ? 'Look for a repository with an ONNX export of the model, or correct --only.'
          : `Add the folder to the URL: /tree/${revision}/${parentOf(place)}`,
    },
  );
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
