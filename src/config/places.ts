/** Where configuration files lie. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The user's own file: `rt/config.toml` in XDG_CONFIG_HOME or `~/.config`. */
export function userConfigPath(xdgConfigHome: string | undefined, home: string): string {
  return join(xdgConfigHome ?? join(home, '.config'), 'rt', 'config.toml');
}

/** Every `rt.toml` a project may have: in `cwd` and up to the root of its repository; only `cwd` outside of one. */
export function projectConfigPaths(cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) break;
    if (dirname(folder) === folder) {
      folders.splice(1);
      break;
    }
  }
  return folders.map((folder) => join(folder, 'rt.toml'));
}
