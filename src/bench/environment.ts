/** Where a run was made: figures without it mean little. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly platform: string;
  readonly node: string;
  readonly rt: string;
  /** Of the checkout this build runs from, `+` behind it when tracked files differ; null where there is none. */
  readonly commit: string | null;
}

export function describeEnvironment(version: string): Environment {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory_bytes: totalmem(),
    platform: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    rt: version,
    commit: commitOf(PACKAGE_ROOT),
  };
}

function commitOf(root: string): string | null {
  // Installed below another repository, git would answer with that one's commit.
  if (!existsSync(join(root, '.git'))) return null;
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', ['--no-optional-locks', '-C', root, ...args], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git('rev-parse', 'HEAD');
  if (commit === undefined) return null;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}
