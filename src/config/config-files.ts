/** The files a call of this program reads its configuration from, whether they are there or not. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userFilePath } from './contexts.ts';
import type { FileOwner } from './file.ts';
import { projectConfigPaths } from './places.ts';
import type { Environment, FlagValues } from './raw.ts';

export interface ConfigPlace {
  readonly owner: FileOwner;
  readonly path: string;
  readonly isThere: boolean;
}

/** The stronger one first: that of the project (or the one that was named), then the user's own. */
export function configFiles(
  flags: FlagValues,
  {
    environment = process.env,
    cwd = process.cwd(),
  }: { readonly environment?: Environment; readonly cwd?: string } = {},
): readonly ConfigPlace[] {
  const named = [flags['config'], environment['RT_CONFIG']].find(
    (path): path is string => typeof path === 'string' && path !== '',
  );
  const found =
    named === undefined ? projectConfigPaths(cwd).find((path) => existsSync(path)) : resolve(named);
  const places: readonly [FileOwner, string][] = [
    ['project', found ?? join(cwd, 'rt.toml')],
    ['user', userFilePath(environment)],
  ];
  return places.map(([owner, path]) => ({ owner, path, isThere: existsSync(path) }));
}
