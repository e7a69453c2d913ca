/**
 * Finds the tensors of a graph by what they do. Exporters agree on what a tensor is and not on what it
 * is called: a known name decides first, then type and rank, and for outputs their place.
 */
import type { TensorInfo } from '../../onnx.ts';
import { unfitModel } from './unfit-model.ts';

export interface InputRole<R extends string> {
  readonly role: R;
  /** Names exporters give it, the usual one first. */
  readonly names: readonly string[];
  /** What a tensor of another name must look like. */
  readonly fits: (info: TensorInfo) => boolean;
}

export interface OutputRole<R extends string> {
  readonly role: R;
  readonly names: readonly string[];
  /** Where exporters put it. */
  readonly place: number;
}

/**
 * The input of each role; where several fit, the first.
 * @throws RtError model_invalid for a role without a tensor, or a tensor without a role
 */
export function resolveInputs<R extends string>(
  inputs: readonly TensorInfo[],
  roles: readonly InputRole<R>[],
): Record<R, TensorInfo> {
  const found = byName(inputs, roles);
  const left = new Set(inputs.filter((info) => ![...found.values()].includes(info)));
  for (const { role, fits } of roles) {
    const info = found.has(role) ? undefined : [...left].find(fits);
    if (!info) continue;
    found.set(role, info);
    left.delete(info);
  }
  expectAll(found, roles, inputs);
  for (const { name } of left) throw unfitModel(`nobody knows what the input tensor ${name} is for`);
  return Object.fromEntries(found) as Record<R, TensorInfo>;
}

/** @throws RtError model_invalid for a role without a tensor */
export function resolveOutputs<R extends string>(
  outputs: readonly TensorInfo[],
  roles: readonly OutputRole<R>[],
): Record<R, TensorInfo> {
  const found = byName(outputs, roles);
  const taken = new Set(found.values());
  for (const { role, place } of roles) {
    const info = outputs[place];
    if (info && !found.has(role) && !taken.has(info)) found.set(role, info);
  }
  expectAll(found, roles, outputs);
  return Object.fromEntries(found) as Record<R, TensorInfo>;
}

export function isInteger({ type }: TensorInfo): boolean {
  return type === 'int64' || type === 'int32';
}

/** @throws RtError model_invalid for half precision and other types */
export function expectFloat(infos: readonly TensorInfo[]): void {
  for (const { name, type } of infos) {
    if (type !== 'float32') throw unfitModel(`tensor ${name} is ${type}, float32 is due`);
  }
}

function byName<R extends string>(
  infos: readonly TensorInfo[],
  roles: readonly { readonly role: R; readonly names: readonly string[] }[],
): Map<R, TensorInfo> {
  const found = new Map<R, TensorInfo>();
  for (const { role, names } of roles) {
    const info = infos.find(({ name }) => names.includes(name));
    if (info) found.set(role, info);
  }
  return found;
}

function expectAll<R extends string>(
  found: ReadonlyMap<R, TensorInfo>,
  roles: readonly { readonly role: R; readonly names: readonly string[] }[],
  infos: readonly TensorInfo[],
): void {
  const missing = roles.find(({ role }) => !found.has(role));
  if (!missing) return;
  const there = infos.map(({ name }) => name).join(', ');
  throw unfitModel(`tensor ${missing.names[0] ?? ''} is missing (there are: ${there})`);
}
