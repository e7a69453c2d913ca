/** Fetches one file into the staging folder and compares it with every checksum that is known. */
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedSum, wrongSum } from './expected-sum.ts';
import { fetchFile, type FetchPorts } from './fetch-file.ts';
import type { FirstSeen } from './first-seen.ts';
import type { PartFile } from './part-file.ts';
import type { Download } from './plan.ts';
import type { PullState } from './pull-state.ts';

export interface StagedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CheckedOptions {
  readonly staging: string;
  readonly state: PullState;
  readonly firstSeen: FirstSeen | undefined;
  /** Path of the record, for messages. */
  readonly record: string;
}

/**
 * The file, complete in the staging folder under its own name.
 * @throws RtError as fetchFile, and model_invalid for a wrong checksum
 */
export async function fetchChecked(
  download: Download,
  options: CheckedOptions,
  ports: FetchPorts,
): Promise<StagedFile> {
  const { name } = download;
  const done = await alreadyDone(name, options);
  if (done !== undefined) return done;
  const part = await ports.parts.open(join(options.staging, `${name}.part`));
  try {
    const sha256 = await fetchRight(download, { ...options, part }, ports);
    const staged = { name, bytes: part.bytes, sha256 };
    await rename(join(options.staging, `${name}.part`), join(options.staging, name));
    const { url } = options.state.file(name) ?? { url: download.url(options.state.revision) };
    await options.state.setFile(name, { url, done: { bytes: staged.bytes, sha256 } });
    return staged;
  } finally {
    await part.close();
  }
}

/** What an earlier process finished; its checksum was right and its bytes are on the disk. */
async function alreadyDone(
  name: string,
  { staging, state }: CheckedOptions,
): Promise<StagedFile | undefined> {
  const done = state.file(name)?.done;
  if (done === undefined) return undefined;
  const info = await stat(join(staging, name)).catch(() => undefined);
  return info?.size === done.bytes ? { name, ...done } : undefined;
}

/** A part that another process began may have been spoilt since; such a one gets a second chance from zero. */
async function fetchRight(
  download: Download,
  options: CheckedOptions & { readonly part: PartFile },
  ports: FetchPorts,
): Promise<string> {
  const { part, state, firstSeen, record } = options;
  const { name } = download;
  for (;;) {
    const isResumed = part.bytes > 0;
    const { publishedSha256 } = await fetchVersion(
      download,
      { part, state, staging: options.staging },
      ports,
    );
    const sha256 = await part.finish();
    const expected = expectedSum({
      catalogue: download.sha256,
      firstPull: firstSeen?.files[name]?.sha256,
      publisher: publishedSha256,
    });
    if (expected.sha256 === undefined || expected.sha256 === sha256) {
      ports.onEvent({ type: 'checked', file: name, sha256, by: expected.by });
      return sha256;
    }
    await part.restart();
    if (!isResumed) throw wrongSum(name, { sha256, expected, record });
    ports.onEvent({ type: 'restart', file: name, reason: 'what was here does not fit what came' });
  }
}

async function fetchVersion(
  download: Download,
  { part, state, staging }: { readonly part: PartFile; readonly state: PullState; readonly staging: string },
  ports: FetchPorts,
): Promise<{ readonly publishedSha256?: string | undefined }> {
  const { name, expectedBytes } = download;
  const url = download.url(state.revision);
  const before = state.file(name);
  const job = {
    ...{ url, file: name, folder: staging, part, expectedBytes },
    // A part of another address (a mirror, another commit) is another file.
    validator: before?.url === url ? before.validator : undefined,
    onVersion: async ({
      validator,
      published,
    }: Parameters<Parameters<typeof fetchFile>[0]['onVersion']>[0]) => {
      const { sha256, revision } = published;
      await state.setFile(name, {
        url: download.url(state.revision),
        ...(validator === undefined ? {} : { validator }),
        ...(sha256 === undefined ? {} : { publishedSha256: sha256 }),
      });
      if (state.revision === undefined && revision !== undefined) await state.setRevision(revision);
    },
  };
  await fetchFile(job, ports);
  return { publishedSha256: state.file(name)?.publishedSha256 };
}
