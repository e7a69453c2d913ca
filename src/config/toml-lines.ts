/**
 * Where the statements of a TOML text stand, for messages that name a line and for edits that leave the rest alone.
 *
 * It knows only where statements begin and end; what they say is the parser's business. The text must be TOML that
 * the parser takes: of anything else the answer means nothing.
 */

export interface TomlStatement {
  readonly kind: 'table' | 'key';
  /** Of a header the table; of a key its table and the key. */
  readonly path: readonly string[];
  /** Index of the first line, and of the line behind the last. */
  readonly start: number;
  readonly end: number;
  /** Of a key: column where the value begins on the first line, and the one behind it on the last. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

const PART = /"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+/g;
const HEADER = /^\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$/;
const KEY =
  /^\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=\s*/;

/** The statements in the order of the text. */
export function statementsOf(text: string): readonly TomlStatement[] {
  const lines = text.split('\n');
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  for (let start = 0; start < lines.length; ) {
    const line = lines[start] ?? '';
    const header = HEADER.exec(line)?.[1];
    const key = header === undefined ? KEY.exec(line) : null;
    if (header !== undefined) {
      table = partsOf(header);
      statements.push({ kind: 'table', path: table, start, end: start + 1, valueStart: 0, valueEnd: 0 });
    }
    if (key === null) {
      start += 1;
      continue;
    }
    const valueStart = key[0].length;
    const last = endOfValue(lines, { line: start, column: valueStart });
    const path = [...table, ...partsOf(key[1] ?? '')];
    statements.push({ kind: 'key', path, start, end: last.line + 1, valueStart, valueEnd: last.column });
    start = last.line + 1;
  }
  return statements;
}

/** Line numbers from 1 by dotted path. */
export function lineNumbers(text: string): ReadonlyMap<string, number> {
  return new Map(statementsOf(text).map(({ path, start }) => [path.join('.'), start + 1]));
}

function partsOf(dotted: string): readonly string[] {
  return (dotted.match(PART) ?? []).map((part) => {
    if (part.startsWith("'")) return part.slice(1, -1);
    return part.startsWith('"') ? unquoted(part) : part;
  });
}

/** Escapes of TOML that JSON has not are left as they stand: such a name is found by nobody, and nothing is changed. */
function unquoted(part: string): string {
  try {
    return String(JSON.parse(part));
  } catch {
    return part;
  }
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Longest quote first: three of them open a text that may have lines. */
const QUOTES = ['"""', "'''", '"', "'"];

/** Behind the last character of the value that begins at `from`. */
function endOfValue(lines: readonly string[], from: Position): Position {
  let depth = 0;
  let quote: string | undefined;
  let behind = from.column;
  for (let line = from.line; line < lines.length; line += 1) {
    const text = lines[line] ?? '';
    if (line > from.line) behind = 0;
    for (let column = line === from.line ? from.column : 0; column < text.length; ) {
      const step = scan(text, { column, quote });
      if (step.isComment) break;
      quote = step.quote;
      depth += step.depth;
      column += step.width;
      if (step.isContent) behind = column;
    }
    const isOpen = depth > 0 || quote?.length === 3;
    if (!isOpen) return { line, column: behind };
  }
  return { line: lines.length - 1, column: (lines.at(-1) ?? '').length };
}

interface Step {
  readonly width: number;
  readonly quote: string | undefined;
  readonly depth: number;
  readonly isComment: boolean;
  readonly isContent: boolean;
}

/** What the characters at `column` are; `quote` is the one that is open there. */
function scan(text: string, at: { readonly column: number; readonly quote: string | undefined }): Step {
  const { column, quote } = at;
  const plain: Step = { width: 1, quote, depth: 0, isComment: false, isContent: true };
  if (quote !== undefined) {
    if (quote.startsWith('"') && text[column] === '\\') return { ...plain, width: 2 };
    return text.startsWith(quote, column) ? { ...plain, width: quote.length, quote: undefined } : plain;
  }
  const opened = QUOTES.find((each) => text.startsWith(each, column));
  if (opened !== undefined) return { ...plain, width: opened.length, quote: opened };
  const character = text[column] ?? '';
  if (character === '#') return { ...plain, isComment: true };
  if ('[{'.includes(character)) return { ...plain, depth: 1 };
  if (']}'.includes(character)) return { ...plain, depth: -1 };
  return { ...plain, isContent: character.trim() !== '' };
}
