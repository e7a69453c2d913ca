/**
 * What may stand where the cursor is. Pure: names that only a cluster or a file knows are asked for, not looked up.
 *
 * The same answer goes to every shell, so that none of them knows anything of the commands.
 */
import type { FlagValues } from '../../config/raw.ts';
import type { Grammar, GrammarCommand, GrammarFlag } from './grammar.ts';

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What names stand for: workers and sessions are asked of Redis, the rest is known here. */
export type NameKind = 'worker' | 'session' | 'context' | 'setting' | 'schema' | 'error';

export type Completion =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  | {
      readonly kind: 'names';
      readonly of: NameKind;
      /** Begins every candidate: `--context=` where the value is glued to its flag. */
      readonly lead: string;
      readonly typed: string;
      /** Already given; nobody names a worker twice. */
      readonly besides: readonly string[];
      /** Flags that were typed, which may name another cluster. */
      readonly flags: FlagValues;
    };

/** By the name of the operand, or by command where that says too little. */
const NAMED: Readonly<Record<string, NameKind>> = {
  worker: 'worker',
  session: 'session',
  key: 'setting',
  schema: 'schema',
  'errors lookup': 'error',
  'context show': 'context',
  'context use': 'context',
  'context remove': 'context',
  'context validate': 'context',
};

const LITERAL = /^[a-z0-9][a-z0-9_-]*$/;
const NOTHING: Completion = { kind: 'words', words: [] };

/** @param typed every word behind `rt`; the last is being typed and may be empty */
export function completeWords(grammar: Grammar, typed: readonly string[]): Completion {
  const current = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  if (before[0] === 'help') return nextNames(grammar, before.slice(1), current);
  const command = commandIn(grammar, before);
  if (command === undefined) return nextNames(grammar, before, current);
  const said = sayings(command, before.slice(command.name.split(' ').length));
  if (said.pending !== undefined) return valueOf(said.pending, { current, lead: '', flags: said.flags });
  const [, name, value] = /^--([^=]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && value !== undefined) {
    const flag = command.flags.find((each) => each.name === name);
    return flag === undefined
      ? NOTHING
      : valueOf(flag, { current: value, lead: `--${name}=`, flags: said.flags });
  }
  if (current.startsWith('-') && !said.isOver) return flagNames(command, said.flags, current);
  return operandOf(command, said, current);
}

function commandIn({ commands }: Grammar, words: readonly string[]): GrammarCommand | undefined {
  return commands
    .filter(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** The next word of commands and topics that begin with `before`. */
function nextNames(grammar: Grammar, before: readonly string[], current: string): Completion {
  const lead = before.length === 0 ? '' : `${before.join(' ')} `;
  const found = new Map<string, string>();
  // Topics come last: what one is about says more than its first command.
  for (const { name, about } of [...grammar.commands, ...grammar.topics]) {
    if (!name.startsWith(lead)) continue;
    const [word = '', ...further] = name.slice(lead.length).split(' ');
    if (further.length === 0 || !found.has(word)) found.set(word, about);
  }
  return wordsOf(
    [...found].map(([word, about]) => ({ word, about })),
    current,
  );
}

interface Said {
  /** A flag whose value comes next. */
  readonly pending: GrammarFlag | undefined;
  readonly flags: FlagValues;
  readonly operands: readonly string[];
  /** `--` was typed: only operands follow. */
  readonly isOver: boolean;
}

function sayings(command: GrammarCommand, words: readonly string[]): Said {
  const flags: Record<string, string> = {};
  const operands: string[] = [];
  let pending: GrammarFlag | undefined;
  let isOver = false;
  for (const word of words) {
    const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = command.flags.find((each) => each.name === name || (each.char === name && word[1] !== '-'));
    if (pending !== undefined) {
      flags[pending.name] = word;
      pending = undefined;
    } else if (isOver || !word.startsWith('-') || word === '-') operands.push(word);
    else if (word === '--') isOver = true;
    else if (flag?.placeholder !== undefined && value === undefined) pending = flag;
    else if (name !== '') flags[flag?.name ?? name] = value ?? 'true';
  }
  return { pending, flags, operands, isOver };
}

function flagNames({ flags }: GrammarCommand, given: FlagValues, current: string): Completion {
  const candidates = flags
    .filter(({ name }) => given[name] === undefined)
    .flatMap(({ name, about, hasOpposite }) => [
      { word: `--${name}`, about },
      ...(hasOpposite ? [{ word: `--no-${name}`, about: `Not: ${about}` }] : []),
    ]);
  return wordsOf([...candidates, { word: '--help', about: 'Show help.' }], current);
}

function valueOf(
  { name, placeholder = '' }: GrammarFlag,
  { current, lead, flags }: { readonly current: string; readonly lead: string; readonly flags: FlagValues },
): Completion {
  if (name === 'context') return { kind: 'names', of: 'context', lead, typed: current, besides: [], flags };
  const literals = placeholder.split('|').filter((part) => LITERAL.test(part));
  if (literals.length === 0 && /FILE|DIR|PATH/.test(placeholder)) return { kind: 'files' };
  return wordsOf(
    literals.map((word) => ({ word: `${lead}${word}`, about: '' })),
    `${lead}${current}`,
  );
}

function operandOf(command: GrammarCommand, { operands, flags }: Said, current: string): Completion {
  const operand =
    command.operands[operands.length] ?? (command.takesMore ? command.operands.at(-1) : undefined);
  if (operand === undefined) return NOTHING;
  if (operand.options.length > 0) {
    return wordsOf(
      operand.options.map((word) => ({ word, about: '' })),
      current,
    );
  }
  const of = NAMED[command.name] ?? NAMED[operand.name];
  if (of !== undefined) return { kind: 'names', of, lead: '', typed: current, besides: operands, flags };
  return /^(?:file|clip|model|a|b)$/.test(operand.name) ? { kind: 'files' } : NOTHING;
}

function wordsOf(candidates: readonly Candidate[], current: string): Completion {
  return { kind: 'words', words: candidates.filter(({ word }) => word.startsWith(current)) };
}
