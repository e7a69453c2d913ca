/** What a person and a program are told when a command fails. */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { RtError, type RtErrorCode, toRtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { closest } from '../config/closest.ts';
import { exitCodeOf } from './exit-codes.ts';

export interface FaultDocument {
  readonly schema: 'rt.error/v1';
  readonly error: {
    readonly code: RtErrorCode;
    readonly message: string;
    readonly what_to_do: string;
    readonly ref: string;
    readonly exit_code: number;
    readonly retry_after_ms?: number;
  };
}

/** The same for every command and both modes. */
export function faultDocument(error: unknown): FaultDocument {
  const fault = toRtError(error);
  const entry = ERROR_CATALOGUE[fault.code];
  return {
    schema: 'rt.error/v1',
    error: {
      code: fault.code,
      message: safeText(fault.message),
      what_to_do: safeText(fault.hint ?? entry.whatToDo),
      ref: entry.ref,
      exit_code: exitCodeOf(fault),
      ...(fault.retryAfterMs === undefined ? {} : { retry_after_ms: fault.retryAfterMs }),
    },
  };
}

/** What happened, what to do, and the number to look up. */
export function faultLines(error: unknown): readonly string[] {
  const { message, what_to_do: whatToDo, ref } = faultDocument(error).error;
  return [message, whatToDo, `${ref} · rt errors lookup ${ref}`];
}

/**
 * What the command line's parser refused, as a usage fault with a suggestion; anything else unchanged.
 * The parser's errors are told by their fields: its own texts end in lists meant for its own printer.
 */
export function fromParser(
  error: unknown,
  names: { readonly command: string; readonly flags: readonly string[] },
): unknown {
  if (!(error instanceof Error) || !('oclif' in error)) return error;
  const help = `See: rt ${names.command} --help`;
  const firstFlag = firstOf('flags', error);
  if (typeof firstFlag === 'string') {
    const unknownFlag = firstFlag.replace(/=.*$/s, '');
    const meant = closest(unknownFlag.replace(/^-+/, ''), names.flags);
    return usage(
      `Unknown flag ${unknownFlag}`,
      meant === undefined ? help : `Did you mean --${meant}? ${help}`,
    );
  }
  const argument = firstOf('args', error);
  if (typeof argument === 'object' && argument !== null && 'name' in argument) {
    return usage(`Missing argument ${String(argument.name).toUpperCase()}`, help);
  }
  return usage(
    typeof argument === 'string' ? `Unexpected argument ${argument}` : firstLine(error.message),
    help,
  );
}

function usage(message: string, hint: string): RtError {
  return new RtError('usage', message, { hint });
}

function firstOf(field: 'flags' | 'args', error: object): unknown {
  const values: unknown = Object.entries(error).find(([name]) => name === field)?.[1];
  return Array.isArray(values) ? values[0] : undefined;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
