/**
 * What every error code means to an operator: its number, the exit code of a command that ends with
 * it, and one paragraph. `rt errors lookup` prints it; docs/protocol.md lists the wire part.
 *
 * Numbers: 1xxx capacity, 2xxx usage and configuration, 4xxx client and session (equal to the close
 * code where a code has one of its own), 5xxx connections, 7xxx audio and protocol, 8xxx outcomes,
 * 9xxx internal. A number once given is never reused.
 */
import type { ErrorEntry } from './error-entry.ts';
import type { RtError, RtErrorCode } from './errors.ts';
import { LOCAL_ERRORS } from './local-errors.ts';
import { WIRE_ERRORS } from './wire-errors.ts';

export const ERROR_CATALOGUE: Readonly<Record<RtErrorCode, ErrorEntry>> = { ...WIRE_ERRORS, ...LOCAL_ERRORS };

/** The entry for `code` (`no_capacity`) or `ref` (`RT1013`, `1013`), in any case; undefined when unknown. */
export function lookUpError(
  key: string,
): { readonly code: RtErrorCode; readonly entry: ErrorEntry } | undefined {
  const wanted = key.trim().toLowerCase();
  for (const [code, entry] of Object.entries(ERROR_CATALOGUE) as [RtErrorCode, ErrorEntry][]) {
    const ref = entry.ref.toLowerCase();
    if (wanted === code || wanted === ref || `rt${wanted}` === ref) return { code, entry };
  }
  return undefined;
}

/** The second line of an error: its own hint, else what the catalogue advises. */
export function whatToDo(error: RtError): string {
  return error.hint ?? ERROR_CATALOGUE[error.code].whatToDo;
}
