/** Looks for what was said, and for tokens, in what processes wrote. */
import type { HistoryEntry, HistoryOp } from '../history/entry.ts';

/** Lines that are named; more would say no more. */
const NAMED_LINES = 10;

/** What must be in no log: each word of the sessions, and each token they were given. */
export function canariesOf(entries: readonly HistoryEntry[]): readonly string[] {
  return entries.flatMap((entry) => {
    if (entry.op === 'truth') return entry.words.map(({ id }) => String(id));
    if (entry.op !== 'event' || entry.message.type !== 'session.begin') return [];
    return entry.message.resume_token ?? [];
  });
}

/** A canary counts where it stands by itself: a number inside of a longer one is another number. */
export function searchLog(
  { path, text }: { readonly path: string; readonly text: string },
  canaries: ReadonlySet<string>,
): HistoryOp & { readonly op: 'log' } {
  const lines = text.split('\n').flatMap((line, index) => {
    // Tokens of a session may hold signs between which a number would stand by itself.
    const tokens = [...line.split(/[^A-Za-z0-9_.~-]+/), ...line.split(/[^A-Za-z0-9]+/)];
    return tokens.some((token) => canaries.has(token)) ? [index + 1] : [];
  });
  return {
    op: 'log',
    path,
    canaries: canaries.size,
    matches: lines.length,
    lines: lines.slice(0, NAMED_LINES),
  };
}
