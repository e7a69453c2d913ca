/** The rows of a list as they are shown: those the filter lets through, in the order that was chosen. */
import type { Sort } from '../choice/list-choice.ts';
import type { ScreenName } from '../choice/screen-name.ts';
import { screenOf, type Ui } from '../choice/ui.ts';
import { FIELDS, type FieldValue } from './fields.ts';
import { type Filter, parseFilter } from './filter.ts';
import type { Item, ListOnScreen } from './list-on-screen.ts';
import { placeOf } from './list-place.ts';
import type { Rows } from './rows.ts';

/** A page of a list. */
export interface Page<Row> {
  readonly list: ListOnScreen;
  /** All that match, in order. */
  readonly matching: readonly Row[];
  /** Those on the screen, from `first` on. */
  readonly shown: readonly Row[];
  readonly first: number;
  /** Place of the chosen row among those shown; -1 for none. */
  readonly chosen: number;
  readonly total: number;
}

/** The page of `all` that `ui` has chosen, with room for `pageRows`. */
export function pageOf<Row>(
  all: readonly Row[],
  rows: Rows<Row>,
  { ui, pageRows }: { readonly ui: Ui; readonly pageRows: number },
): Page<Row> {
  const name = screenOf(ui);
  const matching = arranged(all, rows, { filter: filterInForce(ui), sort: ui.lists[name].sort, name });
  const list = { items: itemsOf(matching, rows), pageRows };
  const { index, offset } = placeOf(ui.lists[name], list);
  const shown = matching.slice(offset, offset + pageRows);
  return { list, matching, shown, first: offset, chosen: index - offset, total: all.length };
}

/** The expression being typed where it means something, else the one that was entered last. */
export function filterInForce(ui: Ui): string {
  const name = screenOf(ui);
  const typed = ui.input?.kind === 'filter' ? ui.input.text : undefined;
  const isMeant = typed !== undefined && parseFilter(typed, FIELDS[name]).type === 'filter';
  return isMeant ? typed : ui.lists[name].filter;
}

interface Arrangement {
  readonly filter: string;
  readonly sort: Sort | undefined;
  readonly name: ScreenName;
}

function arranged<Row>(all: readonly Row[], rows: Rows<Row>, arrangement: Arrangement): readonly Row[] {
  const { filter, sort, name } = arrangement;
  const parsed: Filter = parseFilter(filter, FIELDS[name]);
  const matching =
    filter === '' || parsed.type === 'invalid'
      ? all
      : all.filter((row) => parsed.holds((field) => rows.valueOf(row, field)));
  if (sort === undefined) return matching;
  const { by, isReversed } = sort;
  // Numbers from the largest down, as what is worst is the largest; texts from a on.
  const direction = (FIELDS[name][by] === 'text' ? 1 : -1) * (isReversed ? -1 : 1);
  return matching.toSorted((a, b) => compare(rows.valueOf(a, by), rows.valueOf(b, by), direction));
}

/** What was not measured stands last in either direction. */
function compare(a: FieldValue, b: FieldValue, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * collator.compare(String(a), String(b));
}

const collator = new Intl.Collator('en', { numeric: true });

/** A session that changes its gateway is listed twice for a while, and every row needs an id of its own. */
function itemsOf<Row>(matching: readonly Row[], rows: Rows<Row>): readonly Item[] {
  const seen = new Map<string, number>();
  return matching.map((row) => {
    const id = rows.idOf(row);
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return { id: times === 1 ? id : `${id}#${String(times)}`, about: rows.aboutOf(row) };
  });
}
