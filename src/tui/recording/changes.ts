/** What became of a table since it was last written: rows that changed, and null for those that are gone. */

export type Changes = Readonly<Record<string, unknown>>;

/** Rows of `next` that are not as in `before`, both as texts that are compared, with `read` of them as the change. */
export function changesFrom(
  before: ReadonlyMap<string, string>,
  next: ReadonlyMap<string, string>,
  read: (text: string) => unknown,
): Changes {
  const changed = [...next].filter(([name, text]) => before.get(name) !== text);
  const gone = [...before.keys()].filter((name) => !next.has(name));
  return Object.fromEntries([
    ...changed.map(([name, text]) => [name, read(text)] as const),
    ...gone.map((name) => [name, null] as const),
  ]);
}

/** The table after `changes`, each row as `write` makes it of the change. */
export function withChanges<Row>(
  before: ReadonlyMap<string, Row>,
  changes: Changes,
  write: (change: unknown) => Row,
): ReadonlyMap<string, Row> {
  const next = new Map(before);
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) next.delete(name);
    else next.set(name, write(change));
  }
  return next;
}
