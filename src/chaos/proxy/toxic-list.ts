/** The toxics of one proxy, by name, in the order in which they came; every change is told as a whole new list. */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { completeToxic } from './parse-toxic.ts';
import type { NamedToxic, PlacedToxic, ToxicSpec } from './toxic.ts';

export interface ToxicList {
  readonly placed: readonly PlacedToxic[];
  /** @throws RtError invalid_parameters for one that cannot be, or a name that is taken */
  add(spec: ToxicSpec, name: string | undefined): NamedToxic;
  /** Undefined when there is none of that name. @throws RtError invalid_parameters, also for another kind */
  change(name: string, attributes: Readonly<Record<string, unknown>>): NamedToxic | undefined;
  remove(name: string): void;
  find(name: string): PlacedToxic | undefined;
}

export function createToxicList(clock: Clock, onChange: (placed: readonly PlacedToxic[]) => void): ToxicList {
  let placed: readonly PlacedToxic[] = [];
  let unnamed = 0;
  const set = (next: readonly PlacedToxic[]): void => {
    placed = next;
    onChange(placed);
  };
  const find = (name: string): PlacedToxic | undefined => placed.find(({ toxic }) => toxic.name === name);
  const freshName = (kind: string): string => {
    do unnamed += 1;
    while (find(`${kind}-${String(unnamed)}`) !== undefined);
    return `${kind}-${String(unnamed)}`;
  };

  return {
    find,
    get placed() {
      return placed;
    },
    add(spec, name) {
      const complete = completeToxic(spec, 'invalid_parameters');
      if (name !== undefined && find(name) !== undefined) {
        throw new RtError('invalid_parameters', `There is a toxic named ${name} already`, {
          hint: 'Change or remove that one, or choose another name.',
        });
      }
      const toxic = { ...complete, name: name ?? freshName(complete.kind) };
      set([...placed, { toxic, addedMs: clock.nowMs() }]);
      return toxic;
    },
    change(name, attributes) {
      const found = find(name);
      if (found === undefined) return undefined;
      const { name: _, ...old } = found.toxic;
      const { kind = old.kind, ...changed } = attributes;
      if (kind !== old.kind) {
        throw new RtError('invalid_parameters', `${name} is of kind ${old.kind} and stays so`, {
          hint: 'Remove it and add another.',
        });
      }
      const toxic = { ...completeToxic({ ...old, ...changed }, 'invalid_parameters'), name };
      set(placed.map((other) => (other === found ? { toxic, addedMs: clock.nowMs() } : other)));
      return toxic;
    },
    remove: (name) => set(placed.filter(({ toxic }) => toxic.name !== name)),
  };
}
