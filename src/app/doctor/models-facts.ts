/** The models on this machine: whether the bundled ones are what their cards say, and what the processor likes. */
import { dirname } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { BUNDLED_MODEL_PATH, SILERO_VAD_PATH } from '../../engine/models/bundled.ts';
import { machinePrefersSigned } from '../../models/import/cpu-flags.ts';
import { listModels } from '../../models/list-models.ts';
import { isSound, verifyModel } from '../../models/verify-model.ts';

export interface ModelsFacts {
  readonly bundled: readonly BundledModel[];
  /** Pulled ones, by id; those without a loader of this build are not `isLoadable`. */
  readonly installed: readonly { readonly id: string; readonly isLoadable: boolean }[];
  readonly dir: string;
  /** Whether one instruction multiplies signed bytes (VNNI and its like). */
  readonly prefersSigned: boolean;
}

export interface BundledModel {
  readonly folder: string;
  /** Files that are not what the card says, each with how; undefined where they could not be read, and why. */
  readonly damaged: readonly string[];
  readonly files: number;
  readonly fault?: string;
}

export async function gatherModelsFacts(dir: string, signal: AbortSignal): Promise<ModelsFacts> {
  const bundled: BundledModel[] = [];
  for (const path of [BUNDLED_MODEL_PATH, SILERO_VAD_PATH]) bundled.push(await verify(dirname(path), signal));
  const models = await listModels(dir).catch(() => []);
  return {
    bundled,
    installed: models
      .filter(({ state }) => state === 'installed')
      .map(({ id, isLoadable }) => ({ id, isLoadable })),
    dir,
    prefersSigned: machinePrefersSigned(),
  };
}

async function verify(folder: string, signal: AbortSignal): Promise<BundledModel> {
  try {
    const report = await verifyModel(folder, signal);
    const wrong = isSound(report)
      ? []
      : report.files.filter(({ status }) => status !== 'ok' && status !== 'unstated');
    return {
      folder,
      damaged: wrong.map(({ name, status }) => `${name}: ${status}`),
      files: report.files.length,
    };
  } catch (error) {
    return { folder, damaged: [], files: 0, fault: messageOf(error) };
  }
}
