/** Takes a fetched archive apart in the staging folder and compares what was in it with every known checksum. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RtError } from '../../base/errors.ts';
import { roleOf } from '../file-role.ts';
import { sha256OfFile } from '../../engine/models/file-sum.ts';
import { unpack } from './archive.ts';
import { expectedSum, wrongSum } from './expected-sum.ts';
import type { CheckedOptions, StagedFile } from './fetch-checked.ts';
import type { FetchPorts } from './fetch-file.ts';
import type { PullPlan } from './plan.ts';

/**
 * The files of the model: those the catalogue names with the licence texts, or all that belong to a model.
 * @throws RtError model_invalid, component_missing, disk_full, or the signal's reason
 */
export async function unpackStaged(
  plan: PullPlan,
  options: CheckedOptions,
  { signal, onEvent }: Pick<FetchPorts, 'signal' | 'onEvent'>,
): Promise<readonly StagedFile[]> {
  const { staging } = options;
  const archive = plan.downloads[0]?.name ?? '';
  const members = plan.archive?.members;
  const isListed = (name: string): boolean => members?.some(({ path }) => path === name) ?? true;
  onEvent({ type: 'unpack', file: archive });
  const names = await unpack({
    archive: join(staging, archive),
    folder: staging,
    isWanted: (name) => (roleOf(name) === 'licence' ? true : roleOf(name) !== undefined && isListed(name)),
    signal,
  });
  const missing = members?.find(({ path }) => !names.includes(path));
  if (missing !== undefined) {
    throw new RtError(
      'model_invalid',
      `${archive} has no ${missing.path}; taken from it: ${names.join(', ')}`,
    );
  }
  const files: StagedFile[] = [];
  for (const name of names) files.push(await checked(name, { plan, options, signal }));
  return files;
}

async function checked(
  name: string,
  parts: { readonly plan: PullPlan; readonly options: CheckedOptions; readonly signal: AbortSignal },
): Promise<StagedFile> {
  const { staging, firstSeen, record } = parts.options;
  const path = join(staging, name);
  const sha256 = await sha256OfFile(path, parts.signal);
  const expected = expectedSum({
    catalogue: parts.plan.archive?.members?.find((member) => member.path === name)?.sha256,
    firstPull: firstSeen?.files[name]?.sha256,
  });
  if (expected.sha256 !== undefined && expected.sha256 !== sha256) {
    throw wrongSum(name, { sha256, expected, record });
  }
  return { name, bytes: (await stat(path)).size, sha256 };
}
