/** Addresses of a model's files at their publishers or at a mirror of them. */
import type { HubSource, ReleaseSource } from './catalogue-entry.ts';

const HUB = 'https://huggingface.co';
const RELEASES = 'https://github.com';

/** A mirror stands in for the host; what comes behind the host stays the publisher's. */
export interface Mirror {
  readonly baseUrl?: string | undefined;
}

/** A file of a repository at a revision. */
export function hubFileUrl(
  source: Pick<HubSource, 'repo' | 'revision'>,
  path: string,
  { baseUrl = HUB }: Mirror = {},
): string {
  return `${baseUrl}/${source.repo}/resolve/${encodeURIComponent(source.revision)}/${escapePath(path)}`;
}

/** The listing of a repository: name, size and checksum of every file. */
export function hubTreeUrl(
  source: Pick<HubSource, 'repo' | 'revision'>,
  { baseUrl = HUB }: Mirror = {},
): string {
  return `${baseUrl}/api/models/${source.repo}/tree/${encodeURIComponent(source.revision)}?recursive=true`;
}

export function releaseUrl(source: ReleaseSource, { baseUrl = RELEASES }: Mirror = {}): string {
  return `${baseUrl}/${source.repo}/releases/download/${escapePath(source.tag)}/${escapePath(source.asset)}`;
}

/** `https://huggingface.co/OWNER/NAME[/tree/REVISION[/FOLDER]]`; undefined for any other address. */
export function parseHubUrl(
  url: string,
): (Pick<HubSource, 'repo' | 'revision'> & { readonly folder: string }) | undefined {
  const { origin, pathname } = new URL(url);
  const [, repo, , revision = 'main', folder = ''] =
    /^\/([^/]+\/[^/]+)(\/tree\/([^/]+)(?:\/(.+))?)?\/?$/.exec(pathname) ?? [];
  if (origin !== HUB || repo === undefined) return undefined;
  return {
    repo,
    revision: decodeURIComponent(revision),
    folder: decodeURIComponent(folder).replace(/\/$/, ''),
  };
}

function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
