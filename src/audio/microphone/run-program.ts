/** Runs a program that answers and ends. */
import { execFile } from 'node:child_process';

export type ProgramAnswer =
  | { readonly type: 'ended'; readonly isOk: boolean; readonly stdout: string; readonly stderr: string }
  | { readonly type: 'missing' };

const TIMEOUT_MS = 5_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** What env ends with when there is no such program. */
const NOT_FOUND = 127;

/** What `program` wrote, in English; never rejects. One that cannot be started is missing. */
export function runProgram(program: string, args: readonly string[]): Promise<ProgramAnswer> {
  // Through env, because answers in the language of the user could not be read here.
  const isPlain = process.platform === 'win32';
  const command = isPlain ? program : 'env';
  const words = isPlain ? args : ['LC_ALL=C', program, ...args];
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, encoding: 'utf8' } as const;
    execFile(command, words, options, (error, stdout, stderr) => {
      const isMissing = error !== null && (error.code === NOT_FOUND || error.code === 'ENOENT');
      resolve(isMissing ? { type: 'missing' } : { type: 'ended', isOk: error === null, stdout, stderr });
    });
  });
}
