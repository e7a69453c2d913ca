/** Exit codes as an operator reads them: what each says, and which error codes end with it. */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';

export interface ExitCodeMeaning {
  readonly exitCode: number;
  readonly meaning: string;
  /** Numbers of the errors that end with it, ascending. */
  readonly refs: readonly string[];
}

/** Total over what commands end with; a test compares it with the table of errors. */
const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done; a server that was asked to stop has drained',
  1: 'internal error: a defect of rt',
  2: 'usage: a command, flag or argument that cannot be',
  3: 'configuration, key, model or machine that cannot be used',
  4: 'not authenticated, or not allowed',
  5: 'cannot connect, or something that is needed is not there',
  6: 'no capacity',
  7: 'audio or messages that cannot be understood',
  8: 'a session failed, or words were lost',
  9: 'time is over',
  10: 'degraded: a check found a warning',
  11: 'unhealthy: a check found something critical',
  12: 'the deadline of a drain passed and sessions were cut',
  13: 'no such thing',
  14: 'not confirmed with --yes',
  99: 'a threshold of a measurement was missed',
  130: 'interrupted by SIGINT',
  143: 'ended by SIGTERM',
};

/** In ascending order. */
export function exitCodeMeanings(): readonly ExitCodeMeaning[] {
  const entries = Object.values(ERROR_CATALOGUE);
  return Object.entries(MEANINGS).map(([code, meaning]) => ({
    exitCode: Number(code),
    meaning,
    refs: entries
      .filter(({ exitCode }) => exitCode === Number(code))
      .map(({ ref }) => ref)
      .toSorted(),
  }));
}
