/** What can be typed behind `rt`, taken from the commands themselves. */
import type { Config } from '@oclif/core';

export interface GrammarFlag {
  /** Long name without dashes. */
  readonly name: string;
  readonly char: string | undefined;
  readonly about: string;
  /** Stands for the value in help: literal words in lower case, everything else in capitals; undefined for a toggle. */
  readonly placeholder: string | undefined;
  /** `--no-NAME` says the opposite. */
  readonly hasOpposite: boolean;
}

export interface GrammarOperand {
  readonly name: string;
  /** The closed set, where there is one. */
  readonly options: readonly string[];
}

export interface GrammarCommand {
  /** `workers drain`. */
  readonly name: string;
  readonly about: string;
  readonly operands: readonly GrammarOperand[];
  /** The last operand may be repeated. */
  readonly takesMore: boolean;
  readonly flags: readonly GrammarFlag[];
}

export interface Grammar {
  readonly commands: readonly GrammarCommand[];
  readonly topics: readonly { readonly name: string; readonly about: string }[];
}

const spoken = (id: string): string => id.replaceAll(':', ' ');

/** Descriptions end in their default, variable and key, which nobody wants to read while typing. */
const brief = (description: string | undefined): string =>
  (description ?? '').replace(/ \[[^\]]*\]$/, '').replace(/(?<=\S[.;]) .*$/s, '');

type Loadable = Config['commands'][number];

function flagsOf(command: Loadable): readonly GrammarFlag[] {
  return Object.values(command.flags).map((flag) => ({
    name: flag.name,
    char: flag.char,
    about: brief(flag.description),
    placeholder: flag.type === 'boolean' ? undefined : [flag.helpValue ?? 'VALUE'].flat().join('|'),
    hasOpposite: flag.type === 'boolean' && flag.allowNo,
  }));
}

/** Hidden commands are left out. */
export function grammarOf({ commands, topics }: Pick<Config, 'commands' | 'topics'>): Grammar {
  const shown = commands.filter(({ hidden }) => !hidden);
  return {
    commands: shown.map((command) => ({
      name: spoken(command.id),
      about: command.summary ?? '',
      operands: Object.values(command.args).map(({ name, options = [] }) => ({ name, options })),
      takesMore: !(command.strict ?? true),
      flags: flagsOf(command),
    })),
    topics: topics
      .filter(({ name }) => shown.some(({ id }) => id.startsWith(`${name}:`)))
      .map(({ name, description = '' }) => ({ name: spoken(name), about: description })),
  };
}
