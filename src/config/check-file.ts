/** Everything that is wrong with a configuration file: all of it at once, not the first of it. */
import { RtError } from '../base/errors.ts';
import { closest } from './closest.ts';
import { contextRow } from './contexts.ts';
import { type ConfigFile, type FileOwner, inspectConfigFile } from './file.ts';
import type { RawValue } from './kinds.ts';
import { maskSecrets } from './secrets.ts';
import { keyedRows } from './shown-settings.ts';
import type { AnyRow } from './setting.ts';

/** The faults in the order of the file's parts; empty when every command can use it. */
export function checkConfigFile(path: string, source: string, owner: FileOwner): readonly RtError[] {
  const { file, faults } = inspectConfigFile(path, source, owner);
  const rows = new Map(keyedRows().map(({ key, row }) => [key, row]));
  const ofValues = [...file.values].flatMap(([key, raw]) => refuse(file, { key, raw, row: rows.get(key) }));
  const ofContexts = [...file.contexts].flatMap(([name, values]) =>
    [...values].flatMap(([key, raw]) =>
      refuse(file, { key: `contexts.${name}.${key}`, raw, row: contextRow(key) }),
    ),
  );
  return [...faults, ...ofValues, ...ofContexts, ...unknownCurrent(file)];
}

function refuse(
  { path, lines }: ConfigFile,
  { key, raw, row }: { readonly key: string; readonly raw: RawValue; readonly row: AnyRow | undefined },
): readonly RtError[] {
  if (row === undefined || row.kind.parse(raw) !== undefined) return [];
  const shown = maskSecrets(typeof raw === 'string' ? raw : raw.join(', '), '…');
  const message = `${path}:${String(lines.get(key) ?? 1)}: ${key} cannot be ${JSON.stringify(shown)}`;
  return [new RtError('config_invalid', message, { hint: `Give it ${row.kind.expects}.` })];
}

function unknownCurrent({ path, lines, currentContext, contexts }: ConfigFile): readonly RtError[] {
  if (currentContext === undefined || contexts.has(currentContext)) return [];
  const meant = closest(currentContext, contexts.keys());
  const message = `${path}:${String(lines.get('current_context') ?? 1)}: there is no context ${currentContext}`;
  const hint = meant === undefined ? 'Choose one with: rt context use NAME' : `Did you mean ${meant}?`;
  return [new RtError('config_invalid', message, { hint })];
}
