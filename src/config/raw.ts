/**
 * Gathers what was said, strongest first, without judging values: flags, the environment, the project's
 * rt.toml, the user's file. A context stands just below whatever named it, so that
 * `--context prod` beats RT_REDIS in the environment and `current_context` does not.
 */
import { homedir } from 'node:os';
import { RtError } from '../base/errors.ts';
import { closest } from './closest.ts';
import { type ConfigFile, readConfigFile } from './file.ts';
import type { RawValue } from './kinds.ts';
import { projectConfigPaths, userConfigPath } from './places.ts';
import { type AnyRow, fileKeyOf, variablesOf } from './setting.ts';

export type Layer = 'flag' | 'environment' | 'context' | 'project file' | 'user file' | 'default';

/** Where a value comes from; `name` is the flag, variable, file or context. */
export interface Origin {
  readonly layer: Layer;
  readonly name: string;
  /** Of what stands in a file: its path and the line, from 1. */
  readonly file?: string;
  readonly line?: number;
}

/** One place that may hold a value. */
export interface Source {
  find(sectionName: string, row: AnyRow): { readonly raw: RawValue; readonly origin: Origin } | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type FlagValues = Readonly<Record<string, RawValue>>;

export interface GatherOptions {
  /** Flags that were given, by long name; `config` and `context` among them. */
  readonly flags: FlagValues;
  readonly environment?: Environment;
  readonly cwd?: string;
  readonly home?: string;
  /** False: flags and environment alone, for commands that mend files which cannot be used. */
  readonly files?: boolean;
}

function fromFlags(flags: FlagValues): Source {
  return {
    find: (_section, row) => {
      const raw = flags[row.flag];
      return raw === undefined ? undefined : { raw, origin: { layer: 'flag', name: `--${row.flag}` } };
    },
  };
}

function fromEnvironment(environment: Environment): Source {
  return {
    find: (sectionName, row) => {
      for (const { name, read } of variablesOf(sectionName, row)) {
        const text = environment[name];
        // An empty variable is how compose files and shells say "not set".
        const raw = text === undefined || text === '' ? undefined : read(text);
        if (raw !== undefined) return { raw, origin: { layer: 'environment', name } };
      }
      return undefined;
    },
  };
}

/** Values of a file; `base` leads to those of a context in its table of lines. */
function fromValues(
  values: ReadonlyMap<string, RawValue>,
  { file, origin, base = '' }: { readonly file: ConfigFile; readonly origin: Origin; readonly base?: string },
): Source {
  return {
    find: (sectionName, row) => {
      if (row.flagOnly) return undefined;
      const key = sectionName === '' ? fileKeyOf(row) : `${sectionName}.${fileKeyOf(row)}`;
      const raw = values.get(key);
      if (raw === undefined) return undefined;
      const line = file.lines.get(base + key);
      return { raw, origin: { ...origin, file: file.path, ...(line === undefined ? {} : { line }) } };
    },
  };
}

function findProjectFile(cwd: string): ConfigFile | undefined {
  for (const path of projectConfigPaths(cwd)) {
    const file = readConfigFile(path, 'project');
    if (file !== undefined) return file;
  }
  return undefined;
}

function readNamedFile(path: string): ConfigFile {
  const file = readConfigFile(path, 'project');
  if (file !== undefined) return file;
  throw new RtError('config_invalid', `No configuration file at ${path}`, {
    hint: 'Correct --config (or RT_CONFIG), or leave it out to use ./rt.toml.',
  });
}

function contextSource(name: string, userFile: ConfigFile | undefined, userPath: string): Source {
  const values = userFile?.contexts.get(name);
  if (userFile !== undefined && values !== undefined) {
    return fromValues(values, {
      file: userFile,
      origin: { layer: 'context', name },
      base: `contexts.${name}.`,
    });
  }
  const names = [...(userFile?.contexts.keys() ?? [])];
  const meant = closest(name, names);
  const suggestion =
    meant === undefined ? `Add it with: rt context add ${name} --redis URL` : `Did you mean ${meant}?`;
  throw new RtError('config_invalid', `No context ${name} in ${userPath}`, { hint: suggestion });
}

const single = (raw: RawValue | undefined): string | undefined =>
  typeof raw === 'string' && raw !== '' ? raw : undefined;

/**
 * Sources in falling precedence.
 * @throws RtError config_invalid: a file that cannot be read or understood, or an unknown context
 */
export function gatherSettings(options: GatherOptions): readonly Source[] {
  const environment = options.environment ?? process.env;
  if (options.files === false) return [fromFlags(options.flags), fromEnvironment(environment)];
  const userPath = userConfigPath(single(environment['XDG_CONFIG_HOME']), options.home ?? homedir());
  const userFile = readConfigFile(userPath, 'user');

  const named = single(options.flags['config']) ?? single(environment['RT_CONFIG']);
  const projectFile =
    named === undefined ? findProjectFile(options.cwd ?? process.cwd()) : readNamedFile(named);

  const byFlag = single(options.flags['context']);
  const byVariable = byFlag === undefined ? single(environment['RT_CONTEXT']) : undefined;
  const byFile = byFlag === undefined && byVariable === undefined ? userFile?.currentContext : undefined;
  const context = (name: string | undefined): readonly Source[] =>
    name === undefined ? [] : [contextSource(name, userFile, userPath)];
  const file = (found: ConfigFile | undefined, layer: Layer): readonly Source[] =>
    found === undefined
      ? []
      : [fromValues(found.values, { file: found, origin: { layer, name: found.path } })];

  return [
    fromFlags(options.flags),
    ...context(byFlag),
    fromEnvironment(environment),
    ...context(byVariable),
    ...file(projectFile, 'project file'),
    ...context(byFile),
    ...file(userFile, 'user file'),
  ];
}
