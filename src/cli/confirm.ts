/** Asks before something is ended or deleted. */
import { createInterface } from 'node:readline/promises';
import { RtError } from '../base/errors.ts';

export interface Confirmation {
  /** What would happen, as a statement. */
  readonly what: string;
  /** `--yes` was given. */
  readonly isGiven: boolean;
  readonly signal: AbortSignal;
}

/**
 * Resolves when it was confirmed, by flag or on the terminal, where no answer means no.
 * @throws RtError confirmation_required, or the signal's reason
 */
export async function confirm({ what, isGiven, signal }: Confirmation): Promise<void> {
  if (isGiven) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new RtError('confirmation_required', `Not confirmed: ${what}`, {
      hint: 'See what would be done with --dry-run, then repeat the command with --yes.',
    });
  }
  const answer = await ask(`${what}. Go on? [y/N] `, signal);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new RtError('confirmation_required', 'Not confirmed; nothing was changed', {
    hint: 'Answer y, or repeat the command with --yes.',
  });
}

/** The line that was typed; empty when the terminal was closed. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  // Not as a terminal of its own: then Ctrl-C stays a signal, which the process answers as everywhere.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(question, { signal }), closed]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
