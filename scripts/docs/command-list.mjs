/** The commands as the reference and the manual page tell of them, from the manifest that the build writes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../../oclif.manifest.json', import.meta.url));

/** How src/cli/flags.ts ends the description of a flag: its default, its variable, its key in a file. */
const DESCRIPTION =
  /^(?<about>.*?)(?: \(default (?<usual>[^()]*)\))?(?: \[(?<variable>\w+)(?:, (?<key>[\w.]+))?\])?$/s;

function flagOf({ name, char, type, allowNo, helpValue, helpGroup, multiple, description = '' }) {
  const { about, usual, variable, key } = DESCRIPTION.exec(description).groups;
  const long = allowNo ? `--[no-]${name}` : `--${name}`;
  const value = type === 'boolean' ? '' : ` ${helpValue}`;
  return {
    spelling: `${char === undefined ? '' : `-${char}, `}${long}${value}`,
    ...{ about, usual, variable, key },
    isGlobal: helpGroup === 'GLOBAL',
    mayRepeat: multiple === true,
  };
}

function operandOf({ name, description, required = false, options }) {
  const shown = name.toUpperCase();
  return {
    name: shown,
    spelling: required ? shown : `[${shown}]`,
    about: options === undefined ? description : `${description} One of ${options.join(', ')}.`,
  };
}

function commandOf({ id, summary, description, examples = [], args, flags, strict }) {
  const name = `rt ${id.replaceAll(':', ' ')}`;
  const operands = Object.values(args).map(operandOf);
  return {
    name,
    topic: id.includes(':') ? id.split(':')[0] : undefined,
    summary,
    description,
    usage: `${[name, ...operands.map(({ spelling }) => spelling)].join(' ')}${strict ? '' : '...'} [FLAGS]`,
    operands,
    flags: Object.values(flags).map(flagOf),
    examples: examples.map((example) => ({
      ...example,
      command: example.command.replace(/^\$ /, ''),
    })),
  };
}

/** Those that are not hidden, by name; a topic's commands stand together. */
export function listCommands() {
  const { commands } = JSON.parse(readFileSync(manifest, 'utf8'));
  return Object.values(commands)
    .filter(({ hidden }) => !hidden)
    .map(commandOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Flags that every command has. */
export function globalFlagsOf(commands) {
  return commands[0].flags.filter(({ isGlobal }) => isGlobal);
}
