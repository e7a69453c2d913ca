/** Whether two runs may be compared: what decides a figure besides the code that is judged. Pure. */
import type { RunDocument } from './run-document.ts';

/** Of the environment; `rt` and `commit` are what a comparison is about. */
const PLACE = ['cpu', 'cores', 'memory_bytes', 'platform', 'node'];

/** Settings that say where a run was made or kept, or which of many alike it is; loads are compared one by one. */
const INDIFFERENT = new Set([
  ...[
    'target',
    'url',
    'worker',
    'vosk',
    'openai',
    'openai_key_file',
    'sherpa',
    'pid',
    'redis',
    'out',
    'threshold',
  ],
  ...['ladder', 'max_sessions', 'baseline', 'max_regress', 'runs', 'seed'],
]);

export interface Difference {
  readonly field: string;
  readonly a: string;
  readonly b: string;
}

/** Every field in which a run differs from the first; empty where all may be compared. */
export function differencesOf(runs: readonly RunDocument[]): readonly Difference[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const differences = others.flatMap((other) => differencesOfTwo(first, other));
  return differences.filter(
    ({ field }, index) => differences.findIndex((other) => other.field === field) === index,
  );
}

function differencesOfTwo(a: RunDocument, b: RunDocument): readonly Difference[] {
  const [fieldsOfA, fieldsOfB] = [fieldsOf(a), fieldsOf(b)];
  const fields = [...new Set([...fieldsOfA.keys(), ...fieldsOfB.keys()])];
  return fields.flatMap((field) => {
    const [inA, inB] = [fieldsOfA.get(field) ?? '-', fieldsOfB.get(field) ?? '-'];
    return inA === inB ? [] : [{ field, a: inA, b: inB }];
  });
}

function fieldsOf({ kind, model, environment, settings, steps }: RunDocument): ReadonlyMap<string, string> {
  const isLadder = steps.some(({ sessions }) => sessions !== null);
  const named = Object.entries(settings).filter(
    ([name]) => !INDIFFERENT.has(name) && !(isLadder && name === 'sessions'),
  );
  return new Map([
    ['kind', kind],
    ['model', model ?? '-'],
    ...PLACE.map((name): [string, string] => [`environment.${name}`, textOfValue(environment[name])]),
    ...named.map(([name, value]): [string, string] => [`settings.${name}`, textOfValue(value)]),
  ]);
}

function textOfValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
