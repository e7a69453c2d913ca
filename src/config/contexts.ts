/** The contexts of the user's file: which clusters there are, and which one is meant when nobody says. */
import { homedir } from 'node:os';
import { RtError } from '../base/errors.ts';
import { closest } from './closest.ts';
import type { TomlChange, TomlScalar } from './edit-toml.ts';
import { type ConfigFile, readConfigFile } from './file.ts';
import type { RawValue } from './kinds.ts';
import { userConfigPath } from './places.ts';
import { hasSecret } from './secrets.ts';
import { CONTEXT_KEYS, FILE_TABLES } from './sections.ts';
import type { AnyRow } from './setting.ts';
import { changeConfigFile } from './write-config.ts';

export interface Contexts {
  readonly path: string;
  readonly current: string | undefined;
  readonly byName: ReadonlyMap<string, ReadonlyMap<string, RawValue>>;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const TABLE = 'contexts';
const CURRENT = 'current_context';

/** Of the user this process runs as. */
export function userFilePath(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const xdg = environment['XDG_CONFIG_HOME'];
  return userConfigPath(xdg === '' ? undefined : xdg, homedir());
}

/** @throws RtError config_invalid when the file cannot be read */
export function readContexts(path: string = userFilePath()): Contexts {
  const file: ConfigFile | undefined = readConfigFile(path, 'user');
  return { path, current: file?.currentContext, byName: file?.contexts ?? new Map() };
}

/** The values of `name`. @throws RtError not_found with the name that was probably meant */
export function contextNamed({ byName }: Contexts, name: string): ReadonlyMap<string, RawValue> {
  const values = byName.get(name);
  if (values !== undefined) return values;
  const meant = closest(name, byName.keys());
  throw new RtError('not_found', `There is no context ${name}`, {
    hint: meant === undefined ? 'List them with: rt context list' : `Did you mean ${meant}?`,
  });
}

/** The row of a key that a context may have. */
export function contextRow(key: string): AnyRow | undefined {
  return CONTEXT_KEYS.includes(key) ? FILE_TABLES.get('')?.get(key) : undefined;
}

/**
 * Adds a context, or puts it in place of one of that name.
 * @param values by file key; each was read by its row
 * @throws RtError usage for a name or a value that cannot be, config_invalid, file_unreadable
 */
export function writeContext(name: string, values: ReadonlyMap<string, TomlScalar>, path: string): void {
  if (!NAME.test(name)) {
    throw new RtError('usage', `"${name}" cannot be the name of a context`, {
      hint: 'Use at most 64 letters, digits, _ and -.',
    });
  }
  refuseSecrets(values);
  const changes: TomlChange[] = [];
  if (readContexts(path).byName.has(name)) changes.push({ removeTable: [TABLE, name] });
  for (const [key, value] of values) changes.push({ path: [TABLE, name, key], value });
  changeConfigFile(path, 'user', changes);
}

/** @throws RtError usage */
function refuseSecrets(values: ReadonlyMap<string, TomlScalar>): void {
  for (const [key, value] of values) {
    if (typeof value !== 'string' || !hasSecret(value)) continue;
    throw new RtError('usage', `A password in --${key.replaceAll('_', '-')} would be kept in the file`, {
      hint: 'Leave it out of the URL, write it into a file of its own (chmod 600), and name that with --redis-password-file.',
    });
  }
}

/** Makes `name` the one that is meant when nobody says. @throws RtError not_found, config_invalid */
export function chooseContext(name: string, path: string): void {
  contextNamed(readContexts(path), name);
  changeConfigFile(path, 'user', [{ path: [CURRENT], value: name }]);
}

/** @throws RtError not_found, config_invalid */
export function removeContext(name: string, path: string): void {
  const contexts = readContexts(path);
  contextNamed(contexts, name);
  changeConfigFile(path, 'user', [
    { removeTable: [TABLE, name] },
    ...(contexts.current === name ? [{ path: [CURRENT], value: undefined }] : []),
  ]);
}
