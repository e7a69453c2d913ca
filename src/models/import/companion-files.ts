/** The files a model needs besides its encoder. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NemoFiles } from '../../engine/models/nemo-files.ts';
import { roleOf } from '../file-role.ts';

/** Paths of the networks of a transducer with their weights, the vocabulary and the configuration. */
export async function companionsOf({ joint, vocabulary, config }: NemoFiles): Promise<readonly string[]> {
  const networks = joint === undefined ? [] : jointPaths(joint);
  const weights = await Promise.all(
    networks.map(async (path) => (await externalWeights(path)).map((name) => join(dirname(path), name))),
  );
  return [...networks, ...weights.flat(), vocabulary, ...(config === undefined ? [] : [config])];
}

/** Names of the files beside a graph that hold its weights: they begin with its name. */
export async function externalWeights(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path));
  return names.filter(
    (name) => name !== basename(path) && name.startsWith(basename(path)) && roleOf(name) === 'weights',
  );
}

function jointPaths(joint: NonNullable<NemoFiles['joint']>): readonly string[] {
  return joint.kind === 'split' ? [joint.predictor, joint.joiner] : [joint.decoderJoint];
}
