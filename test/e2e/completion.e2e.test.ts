/** Completion as a shell meets it: the script that `rt completion` prints, in that shell. */
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRegistry } from '../../src/app/open-registry.ts';
import { workerInfo } from '../support/fleet.ts';
import { type Population, populate } from '../support/populate.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const execute = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'rt-completion-'));
const bin = join(folder, 'bin');
const work = join(folder, 'work');

beforeAll(() => {
  mkdirSync(bin);
  mkdirSync(work);
  writeFileSync(join(bin, 'rt'), `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' "$@"\n`);
  chmodSync(join(bin, 'rt'), 0o755);
  writeFileSync(join(work, 'call.wav'), '');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
}

function inShell(
  [shell = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder, ...environment };
  return execute(shell, args, { cwd: work, env });
}

/** What bash offers behind each line; words as bash splits them, with spaces between. */
async function offeredByBash(
  lines: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<readonly (readonly string[])[]> {
  // COMP_WORDS is split at = and : as readline does it, which only happens at a prompt.
  const script = `
    eval "$(rt completion bash)"
    complete -p rt >&2
    for line in "$@"; do
      IFS=$'\\x1f' read -r -a COMP_WORDS <<< "$line"
      [[ $line == *$'\\x1f' ]] && COMP_WORDS+=('')
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      _rt_complete
      echo "\${COMPREPLY[*]}"
    done`;
  const split = lines.map((line) => line.split(/ |(?<==|:)|(?==|:)/).join('\x1f'));
  const { stdout, stderr } = await inShell(['bash', '-c', script, 'bash', ...split], environment);
  expect(stderr).toBe('complete -F _rt_complete rt\n');
  return stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

describe('completion in bash', () => {
  it('[CMD-8] offers commands, flags and values', async () => {
    const lines = [
      'rt worke',
      'rt workers dr',
      'rt stream --pa',
      'rt stream --pace m',
      'rt stream --pace=m',
      'rt nosuch ',
    ];
    expect(await offeredByBash(lines)).toEqual([
      ['worker', 'workers'],
      ['drain'],
      ['--pace', '--parallel'],
      ['max'],
      ['max'],
      [],
    ]);
  });

  it('[CMD-8] leaves files to bash', async () => {
    expect(await offeredByBash(['rt stream ca'])).toEqual([['call.wav']]);
  });

  it('[CMD-9] is silent with a Redis that does not answer, and with a file nobody can use', async () => {
    writeFileSync(join(work, 'rt.toml'), 'this is = = no toml\n');
    const answers = await offeredByBash(['rt workers drain ', 'rt errors lookup RT101']);
    rmSync(join(work, 'rt.toml'));
    expect(answers).toEqual([[], ['RT1013', 'RT1014']]);
    expect(await offeredByBash(['rt workers drain --redis redis://127.0.0.1:9 w'])).toEqual([[]]);
  });

  describe.skipIf(!hasRedis)('with a cluster', () => {
    let redis: RedisServer;
    let population: Population;
    let stop: () => Promise<void>;
    const prefix = 'completion';

    beforeAll(async () => {
      redis = await startRedis();
      const cluster = await openRegistry({
        redisUrl: redis.url,
        prefix,
        connectTimeoutMs: 2000,
        name: 'test',
      });
      stop = () => cluster.stop();
      population = await populate(cluster.registry, { workers: 2, sessions: 1 });
      // Whoever writes into Redis must not write into command lines.
      await cluster.registry.registration.register(workerInfo('w-3; true'), 600_000);
    });
    afterAll(async () => {
      population.stop();
      await stop();
      await redis.stop();
    });

    it('[CMD-8] offers workers and sessions, each once', async () => {
      const flags = `--redis ${redis.url} --prefix ${prefix}`;
      const lines = [
        `rt workers drain ${flags} `,
        `rt workers drain w-2 ${flags} w`,
        `rt sessions show ${flags} se`,
      ];
      // A look is given up after 200 ms, which a busy machine may take.
      await vi.waitFor(
        async () =>
          expect(await offeredByBash(lines)).toEqual([['w-1', 'w-2'], ['w-1'], ['sess_000000000000']]),
        { timeout: 30_000 },
      );
    });
  });
});

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** Each shell that is here takes its script; npm test installs bash alone. */
const scripts: [shell: string, call: readonly string[], expected: string][] = [
  ['bash', ['-c', 'eval "$(rt completion bash)"; complete -p rt'], 'complete -F _rt_complete rt\n'],
  [
    'zsh',
    ['-f', '-c', 'autoload -Uz compinit; compinit -u -D; eval "$(rt completion zsh)"; print $_comps[rt]'],
    '_rt\n',
  ],
  [
    'fish',
    [
      '-c',
      "rt completion fish | source; for line in 'rt workers dr' 'rt stream --pace=m' 'rt stream ca'; complete -C $line; end",
    ],
    'drain\tMove all sessions off workers, which then end.\n--pace=max\ncall.wav\n',
  ],
];

it.each(scripts.filter(([shell]) => has(shell)))(
  '[CMD-8] %s takes its script',
  async (shell, call, expected) => {
    expect(await inShell([shell, ...call])).toEqual({ stdout: expected, stderr: '' });
  },
);
