/** The part of `rows` that fits; the last line is left free to tell how many do not, unless it is the only one. */
export function firstRows<Row>(
  rows: readonly Row[],
  room: number,
): { readonly shown: readonly Row[]; readonly hidden: number } {
  if (rows.length <= room || room <= 1) return { shown: rows.slice(0, room), hidden: 0 };
  return { shown: rows.slice(0, room - 1), hidden: rows.length - room + 1 };
}
