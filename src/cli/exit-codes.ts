/** The exit code of anything that was thrown: the one place that decides it, for text and --json alike. */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { toRtError } from '../base/errors.ts';
import { Interruption } from './signals.ts';

/** Servers leave with it as soon as they have stopped: a timer somebody forgot must not keep the process. */
export const EXIT_OK = 0;

/** From the closed table of codes; an interruption names its signal (130 or 143). */
export function exitCodeOf(error: unknown): number {
  return error instanceof Interruption ? error.exitCode : ERROR_CATALOGUE[toRtError(error).code].exitCode;
}
