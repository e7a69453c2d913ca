/** Everything a model needs, fetched and checked in the staging folder, with the card that says so. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { roleOf } from '../file-role.ts';
import { type CardFile, type ModelCard, writeCard } from '../model-card.ts';
import { type CheckedOptions, fetchChecked, type StagedFile } from './fetch-checked.ts';
import type { FetchPorts } from './fetch-file.ts';
import { readFirstSeen, writeFirstSeen } from './first-seen.ts';
import { expectSpace } from './part-file.ts';
import { aboutBytes, type PullPlan } from './plan.ts';
import { openPullState } from './pull-state.ts';
import { unpackStaged } from './unpack-staged.ts';

/** @param places folder to fill, and where the checksums of the first pull are kept */
export async function fillStaging(
  plan: PullPlan,
  places: { readonly staging: string; readonly record: string },
  ports: FetchPorts,
): Promise<ModelCard> {
  const { staging, record } = places;
  const firstSeen = await readFirstSeen(record, plan.source);
  const state = await openPullState(staging);
  // What a branch meant at the first pull is what it means from then on.
  if (state.revision === undefined && firstSeen?.revision !== undefined) {
    await state.setRevision(firstSeen.revision);
  }
  await expectSpace(ports.parts, staging, await missingBytes(plan, staging));
  const options: CheckedOptions = { staging, record, state, firstSeen };
  const fetched: StagedFile[] = [];
  for (const download of plan.downloads) fetched.push(await fetchChecked(download, options, ports));
  const files = plan.archive === undefined ? fetched : await unpackStaged(plan, options, ports);
  const revision = state.revision === undefined ? {} : { revision: state.revision };
  const now = ports.clock.date().toISOString();
  if (firstSeen === undefined) {
    const sums = new Map([...fetched, ...files].map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }]));
    const { source } = plan;
    const seen = { source, ...revision, recorded_at: now, files: Object.fromEntries(sums) };
    await writeFirstSeen(record, { schema: 'rt.first-seen/v1', ...seen });
  }
  const card: ModelCard = {
    ...plan.card,
    ...defaultGraph(files),
    source: { url: plan.source, ...revision },
    pulled_at: now,
    files: Object.fromEntries(files.map((file) => [file.name, cardFile(file, plan)])),
  };
  await writeCard(staging, card);
  return card;
}

/**
 * What is still to come, as far as sizes are known. An archive is there twice for a moment, packed (its size is
 * at most that of what is in it) and unpacked.
 */
async function missingBytes(plan: PullPlan, staging: string): Promise<number> {
  const members = plan.archive?.members?.reduce((sum, file) => sum + (aboutBytes(file) ?? 0), 0) ?? 0;
  const single = plan.downloads.reduce((sum, file) => sum + (file.expectedBytes ?? file.aboutBytes ?? 0), 0);
  const toFetch = plan.archive === undefined ? single : members;
  const names = plan.downloads.flatMap(({ name }) => [name, `${name}.part`]);
  const here = await Promise.all(names.map((name) => sizeOf(join(staging, name))));
  return Math.max(0, toFetch - here.reduce((sum, bytes) => sum + bytes, 0)) + members;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function cardFile({ name, bytes, sha256 }: StagedFile, plan: PullPlan): CardFile {
  const member = plan.archive?.members?.find(({ path }) => path === name);
  const download = plan.downloads.find((one) => one.name === name);
  const role = member?.role ?? (download?.role === 'archive' ? undefined : download?.role) ?? roleOf(name);
  return { bytes, sha256, ...(role === undefined ? {} : { role }) };
}

/** The graph a folder stands for: the only one, or the one that hears the audio. */
function defaultGraph(files: readonly StagedFile[]): Pick<ModelCard, 'default'> {
  const names = (['graph', 'encoder'] as const).map(
    (role) => files.find(({ name }) => roleOf(name) === role)?.name,
  );
  const graph = names.find((name) => name !== undefined);
  return graph === undefined ? {} : { default: graph };
}
