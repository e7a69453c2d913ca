/** Toxics from text and from JSON: one table says what each kind has, from where to where, and what is left out. */
import { RtError } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { Direction, Fault, Toxic, ToxicKind } from './toxic.ts';

interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** Absent: must be given. */
  readonly default?: number;
}

type Attributes<K extends ToxicKind> = Readonly<
  Record<Exclude<keyof Extract<Fault, { readonly kind: K }>, 'kind'>, Range>
>;

/** A flag that is wrong is the usage of a command; over HTTP it is a parameter. */
type RefusalCode = 'usage' | 'invalid_parameters';

const LONGEST_MS = 24 * 3_600_000;
const MOST_BYTES = 2 ** 40;

const ms: Range = { least: 0, most: LONGEST_MS, isWhole: false };
const msOrNone: Range = { ...ms, default: 0 };
const probability: Range = { least: 0, most: 1, isWhole: false, default: 1 };
const bytes: Range = { least: 0, most: MOST_BYTES, isWhole: true };

/** Total by type: a kind without its row does not compile. */
const KINDS: { readonly [K in ToxicKind]: Attributes<K> } = {
  latency: { ms, jitter_ms: msOrNone },
  down: {},
  bandwidth: { kb_s: { least: 0.01, most: 1e9, isWhole: false } },
  slow_close: { ms },
  timeout: { ms: msOrNone },
  reset_peer: { ms: msOrNone },
  slicer: {
    bytes: { ...bytes, least: 1 },
    jitter: { ...bytes, default: 0 },
    delay_us: { least: 0, most: LONGEST_MS * 1_000, isWhole: false, default: 0 },
  },
  limit_data: { bytes },
  drop_pong: {},
  duplicate: { probability },
  reorder: { probability, hold_ms: { ...ms, default: 100 } },
  partition: {},
};

const TOXICITY: Range = { least: 0, most: 1, isWhole: false, default: 1 };
const DIRECTIONS: readonly Direction[] = ['up', 'down', 'both'];

/** What one flag asks for. */
export interface RequestedToxic {
  readonly toxic: Toxic;
  /** The route it is for; every one where nothing is said. */
  readonly route: string | undefined;
  readonly name: string | undefined;
}

/**
 * Reads `KIND` or `KIND:ATTRIBUTE=VALUE,…`; besides the attributes of the kind `direction`, `toxicity`, `name`
 * and `route` may be given.
 * @throws RtError usage
 */
export function parseToxicText(text: string): RequestedToxic {
  const [kind, rest] = splitAt(text, ':');
  const fields: Record<string, unknown> = {};
  for (const part of (rest ?? '').split(',').filter((one) => one !== '')) {
    const [key, value] = splitAt(part, '=');
    if (value === undefined || Object.hasOwn(fields, key)) {
      throw new RtError('usage', `"${text}" is not a toxic: "${part}" must be NAME=VALUE, once`, {
        hint: 'Write for example latency:ms=200,jitter_ms=50,direction=up.',
      });
    }
    fields[key] = /^\d+(\.\d+)?$/.test(value) && key !== 'name' && key !== 'route' ? Number(value) : value;
  }
  const { route, name, ...attributes } = fields;
  return {
    toxic: completeToxic({ ...attributes, kind }, 'usage'),
    route: typeof route === 'string' ? route : undefined,
    name: readName(name, 'usage'),
  };
}

/**
 * The toxic with its defaults, every value checked; fields of other kinds are refused.
 * @throws RtError of `code` naming the field and what is allowed
 */
export function completeToxic(spec: Readonly<Record<string, unknown>>, code: RefusalCode): Toxic {
  const { kind, direction = 'both', toxicity, ...given } = spec;
  if (!isKind(kind)) {
    throw new RtError(code, `There is no toxic "${String(kind)}"`, {
      hint: `Known: ${Object.keys(KINDS).join(', ')}.`,
    });
  }
  const ranges: Readonly<Record<string, Range>> = KINDS[kind];
  const allowed = Object.keys(ranges);
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    throw new RtError(code, `${kind} has no attribute "${unknown}"`, {
      hint: `It has ${[...allowed, 'direction', 'toxicity', 'name'].join(', ')}.`,
    });
  }
  const way = DIRECTIONS.find((one) => one === direction);
  if (way === undefined) {
    throw new RtError(code, `${kind}: direction cannot be ${JSON.stringify(direction)}`, {
      hint: `Give it one of ${DIRECTIONS.join(', ')}.`,
    });
  }
  const values = allowed.map((name) => [
    name,
    readNumber(given[name], { kind, name, range: ranges[name]!, code }),
  ]);
  const share = readNumber(toxicity, { kind, name: 'toxicity', range: TOXICITY, code });
  if (kind === 'down' && (way !== 'both' || share !== 1)) {
    throw new RtError(code, 'down refuses every connection: it has neither a direction nor a toxicity', {
      hint: 'Use reset_peer or timeout for a share of the connections.',
    });
  }
  // The table is total over the kinds and their attributes, so the object is the Toxic of its kind.
  return { kind, ...Object.fromEntries(values), direction: way, toxicity: share } as Toxic;
}

/** A name for a toxic, where one is given. @throws RtError of `code` */
export function readName(name: unknown, code: RefusalCode): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name === 'string' && isId(name)) return name;
  throw new RtError(code, `A toxic cannot be named ${JSON.stringify(name)}`, {
    hint: 'Use 1 to 64 letters, digits, "_" or "-".',
  });
}

function readNumber(
  value: unknown,
  field: { readonly kind: string; readonly name: string; readonly range: Range; readonly code: RefusalCode },
): number {
  const { kind, name, range, code } = field;
  const known = value ?? range.default;
  const isAllowed =
    typeof known === 'number' &&
    known >= range.least &&
    known <= range.most &&
    (!range.isWhole || Number.isSafeInteger(known));
  if (isAllowed) return known;
  const number = range.isWhole ? 'a whole number' : 'a number';
  const problem = known === undefined ? 'is missing' : `cannot be ${JSON.stringify(known)}`;
  throw new RtError(code, `${kind}: ${name} ${problem}`, {
    hint: `Give it ${number} from ${String(range.least)} to ${String(range.most)}.`,
  });
}

function isKind(value: unknown): value is ToxicKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

function splitAt(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
