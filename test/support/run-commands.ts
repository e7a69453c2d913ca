/** Many command lines in one process of what was built: a second where processes of their own would take a minute. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface CommandOutcome {
  readonly argv: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ListedCommand {
  /** `['workers', 'drain']`. */
  readonly words: readonly string[];
  /** Something for each argument that is required. */
  readonly operands: readonly string[];
}

const SCRIPT = fileURLToPath(new URL('run-commands.mjs', import.meta.url));

interface ManifestEntry {
  readonly id: string;
  readonly hidden?: boolean;
  readonly args: Readonly<
    Record<string, { readonly required?: boolean; readonly options?: readonly string[] }>
  >;
}

/** Every command that is not hidden. */
export function listedCommands(): readonly ListedCommand[] {
  const { commands } = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as {
    readonly commands: Readonly<Record<string, ManifestEntry>>;
  };
  return Object.values(commands)
    .filter(({ hidden }) => hidden !== true)
    .map(({ id, args }) => ({
      words: id.split(':'),
      operands: Object.values(args)
        .filter(({ required }) => required === true)
        .map(({ options }) => options?.[0] ?? 'something'),
    }));
}

/** Outcomes in the order of the lines. No configuration of the developer's own is found. */
export function runCommands(
  lines: readonly (readonly string[])[],
  {
    environment = {},
    cwd = tmpdir(),
  }: { readonly environment?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<readonly CommandOutcome[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--no-warnings', SCRIPT],
      {
        cwd,
        env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...environment },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error !== null) {
          reject(new Error(`the commands did not come to an end: ${stderr}`, { cause: error }));
          return;
        }
        const outcomes = JSON.parse(stdout) as readonly Omit<CommandOutcome, 'argv'>[];
        resolve(outcomes.map((outcome, index) => ({ argv: lines[index] ?? [], ...outcome })));
      },
    );
    child.stdin?.end(JSON.stringify(lines));
  });
}
