/**
 * Pulls a model: everything into a staging folder, checked, then renamed into its place.
 *
 * Always true: the model's folder is complete or absent; what an interrupted pull fetched is kept and used by the
 * next one; a folder that holds anything but this model is never touched.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import { completeCard } from '../complete-card.ts';
import { CARD_NAME, type ModelCard, readCard } from '../model-card.ts';
import { placesOf, recordPath } from '../models-folder.ts';
import type { FetchPorts } from './fetch-file.ts';
import { fillStaging } from './fill-staging.ts';
import type { PullPlan } from './plan.ts';
import { acquirePullLock } from './pull-lock.ts';

export interface PullTarget {
  readonly modelsDir: string;
  /** Folder of the model itself, in place of one below `modelsDir`. */
  readonly to?: string | undefined;
}

export interface PullOutcome {
  /** `present`: it was there already, complete. */
  readonly status: 'pulled' | 'present';
  readonly folder: string;
  readonly card: ModelCard;
}

/**
 * Waits while another process pulls the same model.
 * @throws RtError download_failed, not_found, forbidden, model_invalid, disk_full, component_missing, config_invalid for
 * a folder that cannot be made, usage for one with other content, or the signal's reason
 */
export async function pullModel(plan: PullPlan, target: PullTarget, ports: FetchPorts): Promise<PullOutcome> {
  const { clock, signal, onEvent } = ports;
  const { folder, staging, lock: lockPath } = placesOf(plan.id, target);
  await makeFolder(dirname(folder));
  const onWaiting = (holder: string): void => onEvent({ type: 'waiting', holder });
  const lock = await acquirePullLock(lockPath, { clock, signal, onWaiting });
  try {
    await expectOurs(folder, plan);
    const present = await completeCard(folder);
    if (present !== undefined) return { status: 'present', folder, card: present };
    await makeFolder(staging);
    // An earlier process may have ended just before the renaming.
    const staged = await completeCard(staging);
    const isStaged = staged?.source?.url === plan.source;
    const record = recordPath(target.modelsDir, plan.id);
    const card = isStaged ? staged : await fillStaging(plan, { staging, record }, ports);
    await moveIntoPlace(card, { folder, staging });
    return { status: 'pulled', folder, card };
  } finally {
    await lock.release();
  }
}

/** @throws RtError config_invalid where it cannot be */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new RtError('config_invalid', `Cannot make the folder ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name one this user may write to with --dir (RT_MODELS_DIR) or --to.',
    });
  });
}

/** @throws RtError usage when `folder` holds anything else */
async function expectOurs(folder: string, plan: PullPlan): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  const source = (await readCard(folder))?.source?.url;
  if (source === plan.source) return;
  throw new RtError(
    'usage',
    `${folder} holds ${source === undefined ? 'other files' : `a model from ${source}`}`,
    {
      hint: 'Choose another folder with --to, or remove that one first.',
    },
  );
}

/** Only what the card names comes along; an incomplete model in the place is replaced. */
async function moveIntoPlace(
  card: ModelCard,
  { folder, staging }: { readonly folder: string; readonly staging: string },
): Promise<void> {
  const kept = [CARD_NAME, ...Object.keys(card.files ?? {})];
  for (const name of await readdir(staging)) {
    if (!kept.includes(name)) await rm(join(staging, name), { recursive: true, force: true });
  }
  const old = `${staging}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(folder, old).catch(() => undefined);
  await rename(staging, folder);
  await rm(old, { recursive: true, force: true });
}
