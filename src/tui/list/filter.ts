/**
 * Expressions that choose rows: terms with spaces between them, all of which must hold.
 *
 *     en            some field contains it, in any case of letters
 *     !beacon       no field does
 *     "on friday"   as one term, taken as it stands
 *     worker=w-2    a field is that text (!= is not), letter case aside
 *     lag>1         a number is above it (also >= < <= = !=); 500ms, 2m and 50% are understood where they fit
 *
 * An expression that means nothing is a message and never a silent empty list.
 */
import { closest } from '../../config/closest.ts';
import type { FieldKind, Fields, FieldValue } from './fields.ts';

/** The value of a field of the row in question. */
export type ValueOf = (field: string) => FieldValue;

export type Filter =
  | { readonly type: 'filter'; readonly holds: (valueOf: ValueOf) => boolean }
  | { readonly type: 'invalid'; readonly message: string };

const TERM = /!?"[^"]*"?|\S+/g;
const COMPARISON = /^([a-z][a-z0-9_]*)(>=|<=|!=|>|<|=)(.*)$/i;
/** What a unit multiplies by; a number without one is in the unit its column shows. */
const UNITS: Readonly<Record<Exclude<FieldKind, 'text'>, Readonly<Record<string, number>>>> = {
  count: {},
  seconds: { ms: 1e-3, s: 1, m: 60, h: 3600 },
  ms: { ms: 1, s: 1000 },
  percent: { '%': 1 },
};

/** Reads `text` for rows with `fields`; an empty one lets every row through. */
export function parseFilter(text: string, fields: Fields): Filter {
  const terms = (text.match(TERM) ?? []).map((term) => parseTerm(term, fields));
  const invalid = terms.find((term) => term.type === 'invalid');
  if (invalid !== undefined) return invalid;
  const tests = terms.flatMap((term) => (term.type === 'filter' ? [term.holds] : []));
  return { type: 'filter', holds: (valueOf) => tests.every((holds) => holds(valueOf)) };
}

function parseTerm(term: string, fields: Fields): Filter {
  const isNegative = term.startsWith('!') && term.length > 1;
  const body = isNegative ? term.slice(1) : term;
  const comparison = COMPARISON.exec(body);
  if (comparison === null) return contains(body.replace(/^"|"$/g, ''), isNegative, fields);
  const [, name = '', operator = '', wanted = ''] = comparison;
  const field = name.toLowerCase();
  const kind = fields[field];
  if (kind === undefined) return invalid(unknownField(field, fields));
  if (wanted === '') return invalid(`${field}${operator} lacks what to compare with`);
  const compared =
    kind === 'text'
      ? compareText({ field, operator, wanted })
      : compareNumber({ field, operator, wanted }, UNITS[kind]);
  if (compared.type === 'invalid' || !isNegative) return compared;
  return { type: 'filter', holds: (valueOf) => !compared.holds(valueOf) };
}

function invalid(message: string): Filter {
  return { type: 'invalid', message };
}

function unknownField(field: string, fields: Fields): string {
  const names = Object.keys(fields);
  const near = closest(field, names);
  if (near !== undefined) return `no field ${field}; did you mean ${near}?`;
  return `no field ${field}; fields: ${names.join(' ')}`;
}

function contains(text: string, isNegative: boolean, fields: Fields): Filter {
  const wanted = text.toLowerCase();
  const names = Object.keys(fields).filter((name) => fields[name] === 'text');
  const isIn = (valueOf: ValueOf): boolean =>
    names.some((name) =>
      String(valueOf(name) ?? '')
        .toLowerCase()
        .includes(wanted),
    );
  return { type: 'filter', holds: (valueOf) => isIn(valueOf) !== isNegative };
}

interface Comparison {
  readonly field: string;
  readonly operator: string;
  readonly wanted: string;
}

function compareText({ field, operator, wanted }: Comparison): Filter {
  if (operator !== '=' && operator !== '!=') return invalid(`${field} is a text: compare it with = or !=`);
  const isSame = (valueOf: ValueOf): boolean =>
    String(valueOf(field) ?? '').toLowerCase() === wanted.toLowerCase();
  return { type: 'filter', holds: (valueOf) => isSame(valueOf) === (operator === '=') };
}

function compareNumber(
  { field, operator, wanted }: Comparison,
  units: Readonly<Record<string, number>>,
): Filter {
  const [, digits, unit = ''] = /^(-?\d+(?:\.\d+)?)([a-z%]*)$/.exec(wanted) ?? [];
  const factor = unit === '' ? 1 : units[unit];
  if (digits === undefined || factor === undefined) {
    const known = Object.keys(units).join(', ');
    return invalid(`${field} is a number${known === '' ? '' : `, perhaps with ${known}`}: ${wanted} is none`);
  }
  const bound = Number(digits) * factor;
  return {
    type: 'filter',
    holds: (valueOf) => {
      const value = valueOf(field);
      // What was not measured is on no side of a bound.
      return typeof value === 'number' && isOrdered(value, operator, bound);
    },
  };
}

function isOrdered(value: number, operator: string, bound: number): boolean {
  switch (operator) {
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '=':
      return value === bound;
    default:
      return value !== bound;
  }
}
