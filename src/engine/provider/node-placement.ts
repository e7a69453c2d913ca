/**
 * Where the nodes of a graph ran, as the runtime's own profile tells: the list of providers a session was made with
 * proves nothing, since whatever has no GPU kernel runs on the CPU without a word. Pure.
 */
import type { Provider } from '../onnx.ts';

/** Operator → the provider that ran it, as the runtime names it; of several runs the last one counts. */
export type Placement = ReadonlyMap<string, string>;

/** What the runtime calls its providers in a profile. */
export const RUNTIME_NAMES: Readonly<Record<Provider, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

/**
 * Reads the profile of a session: trace events, of which those of category Node have the operator and the provider.
 * @throws SyntaxError when it is no JSON
 */
export function readPlacement(profileJson: string): Placement {
  const events: unknown = JSON.parse(profileJson);
  const placement = new Map<string, string>();
  for (const event of Array.isArray(events) ? (events as readonly unknown[]) : []) {
    const args = fieldOf(event, 'cat') === 'Node' ? fieldOf(event, 'args') : undefined;
    const [operator, provider] = [fieldOf(args, 'op_name'), fieldOf(args, 'provider')];
    if (typeof operator === 'string' && typeof provider === 'string') placement.set(operator, provider);
  }
  return placement;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The operators among `operators` that did not run on `provider`, each with where it did. */
export function misplaced(
  placement: Placement,
  { provider, operators }: { readonly provider: Provider; readonly operators: readonly string[] },
): readonly string[] {
  return operators
    .filter((operator) => placement.get(operator) !== RUNTIME_NAMES[provider])
    .map((operator) => `${operator} ran on ${placement.get(operator) ?? 'nothing'}`);
}
