/** Compares a model on disk with its card, then reads what kind of model it is. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RtError } from '../base/errors.ts';
import { type Identity, identifyModel } from '../engine/models/identify-model.ts';
import { readOnnxMetadata } from '../engine/models/onnx-metadata.ts';
import { roleOf } from './file-role.ts';
import { sha256OfFile } from '../engine/models/file-sum.ts';
import { CARD_NAME, type CardFile, readCard } from './model-card.ts';

export type FileStatus =
  /** Size and checksum are those of the card. */
  | 'ok'
  /** The card says nothing of its content, or there is no card. */
  | 'unstated'
  | 'missing'
  | 'wrong size'
  | 'wrong sha256'
  /** What the card says, and yet no ONNX file. */
  | 'not onnx';

export interface FileReport {
  readonly name: string;
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
  readonly status: FileStatus;
}

export interface ModelReport {
  readonly folder: string;
  readonly files: readonly FileReport[];
  /** Undefined where no family fits. */
  readonly identity: Identity | undefined;
}

/** Whether every file is what its card says, or the card is silent. */
export function isSound({ files }: ModelReport): boolean {
  return files.every(({ status }) => status === 'ok' || status === 'unstated');
}

/**
 * @param path folder of a model, or one of its graphs
 * @throws RtError not_found, model_invalid for a card that cannot be read, or the signal's reason
 */
export async function verifyModel(path: string, signal: AbortSignal): Promise<ModelReport> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new RtError('not_found', `There is no model at ${path}`, {
      cause,
      hint: 'List those there are with: rt models list',
    });
  });
  const folder = info.isDirectory() ? path : dirname(path);
  const card = await readCard(folder);
  const stated = card?.files ?? {};
  const present = (await readdir(folder)).filter((name) => name !== CARD_NAME && roleOf(name) !== undefined);
  const names = [...new Set([...Object.keys(stated), ...present])];
  const files: FileReport[] = [];
  for (const name of names) files.push(await checkFile(join(folder, name), stated[name], signal));
  const graph = info.isDirectory() ? (card?.default ?? graphAmong(present)) : basename(path);
  return { folder, files, identity: await identityOf(folder, { names: present, graph }) };
}

async function checkFile(
  path: string,
  stated: CardFile | undefined,
  signal: AbortSignal,
): Promise<FileReport> {
  const name = basename(path);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return { name, bytes: undefined, sha256: undefined, status: 'missing' };
  const bytes = info.size;
  if (stated?.bytes !== undefined && stated.bytes !== bytes) {
    return { name, bytes, sha256: undefined, status: 'wrong size' };
  }
  const sha256 = await sha256OfFile(path, signal);
  if (stated?.sha256 !== undefined && stated.sha256 !== sha256)
    return { name, bytes, sha256, status: 'wrong sha256' };
  if (name.endsWith('.onnx') && !(await isOnnx(path))) return { name, bytes, sha256, status: 'not onnx' };
  return { name, bytes, sha256, status: stated?.sha256 === undefined ? 'unstated' : 'ok' };
}

async function isOnnx(path: string): Promise<boolean> {
  return readOnnxMetadata(path).then(
    () => true,
    () => false,
  );
}

function graphAmong(names: readonly string[]): string | undefined {
  return names.find((name) => roleOf(name) === 'graph') ?? names.find((name) => roleOf(name) === 'encoder');
}

async function identityOf(
  folder: string,
  { names, graph }: { readonly names: readonly string[]; readonly graph: string | undefined },
): Promise<Identity | undefined> {
  const metadata =
    graph === undefined
      ? new Map<string, string>()
      : await readOnnxMetadata(join(folder, graph)).catch(() => new Map<string, string>());
  return identifyModel({ names, metadata, modelType: await modelType(folder) });
}

async function modelType(folder: string): Promise<string | undefined> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    const value =
      typeof config === 'object' && config !== null && 'model_type' in config ? config.model_type : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    // No config, or one that is not JSON: the names decide.
    return undefined;
  }
}
