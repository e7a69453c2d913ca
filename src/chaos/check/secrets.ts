/** I8: nothing of what was said, and no token, is in a log. */
import type { RunRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

export function checkSecrets(run: RunRecord): readonly Violation[] {
  return run
    .of('log')
    .filter(({ matches }) => matches > 0)
    .map(({ path, matches, lines, t_ms: atMs }) => ({
      message: `${path} holds words or tokens of a session in ${matches} lines (${lines.join(', ')})`,
      atMs,
    }));
}
