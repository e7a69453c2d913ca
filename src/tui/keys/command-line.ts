/** The commands that can be typed behind `:`: what they are called, what they mean, how they are completed. */
import { closest } from '../../config/closest.ts';
import type { Opened, ViewName } from '../choice/screen-name.ts';
import type { Verb } from '../choice/ui.ts';
import type { Context } from './context.ts';

export type TypedCommand =
  | { readonly type: 'view'; readonly view: ViewName; readonly filter: string | undefined }
  | { readonly type: 'ask'; readonly verb: Verb; readonly kind: Opened['kind']; readonly id: string }
  | { readonly type: 'help' }
  | { readonly type: 'quit' }
  | { readonly type: 'invalid'; readonly message: string };

type Names = Pick<Context, 'workerIds' | 'sessionIds'>;

interface Entry {
  /** The first is the one completed. */
  readonly names: readonly string[];
  /** What follows the name, for help. */
  readonly operand: string;
  readonly does: string;
  readonly read: (rest: string, names: Names) => TypedCommand;
}

function show(view: ViewName): Entry['read'] {
  return (rest) => ({ type: 'view', view, filter: rest === '' ? undefined : rest });
}

function ask(verb: Verb, kind: Opened['kind']): Entry['read'] {
  return (id, names) => {
    const known = kind === 'worker' ? names.workerIds : names.sessionIds;
    if (id === '') return invalid(`:${verb} lacks the id of a ${kind}`);
    if (known.includes(id)) return { type: 'ask', verb, kind, id };
    return invalid(`no ${kind} ${id}${suggestion(id, known)}`);
  };
}

/** In the order help shows them. */
export const COMMANDS: readonly Entry[] = [
  { names: ['overview', 'ov', 'o'], operand: '', does: 'overview', read: show('overview') },
  { names: ['workers', 'worker', 'w'], operand: '[FILTER]', does: 'workers', read: show('workers') },
  { names: ['sessions', 'session', 's'], operand: '[FILTER]', does: 'sessions', read: show('sessions') },
  {
    names: ['transcripts', 'text', 't'],
    operand: '[FILTER]',
    does: 'transcripts',
    read: show('transcripts'),
  },
  { names: ['rooms', 'room', 'r'], operand: '', does: 'rooms', read: show('rooms') },
  { names: ['events', 'ev', 'e'], operand: '[FILTER]', does: 'events', read: show('events') },
  { names: ['drain'], operand: 'WORKER', does: 'hand over and end', read: ask('drain', 'worker') },
  {
    names: ['cordon'],
    operand: 'WORKER',
    does: 'no new sessions',
    read: ask('cordon', 'worker'),
  },
  {
    names: ['uncordon'],
    operand: 'WORKER',
    does: 'new sessions again',
    read: ask('uncordon', 'worker'),
  },
  { names: ['end'], operand: 'SESSION', does: 'end it', read: ask('end', 'session') },
  { names: ['help', '?'], operand: '', does: 'the keys of this view', read: () => ({ type: 'help' }) },
  { names: ['quit', 'q'], operand: '', does: 'quit', read: () => ({ type: 'quit' }) },
];

/** What `text`, without its colon, means. */
export function parseCommand(text: string, names: Names): TypedCommand {
  const [, name = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
  const entry = entryOf(name);
  if (entry !== undefined) return entry.read(rest, names);
  return invalid(
    `no command :${name}${suggestion(
      name,
      allNames().map((known) => `:${known}`),
      ':',
    )}`,
  );
}

export interface Completion {
  readonly text: string;
  /** All that could follow, where it is not one. */
  readonly candidates: readonly string[];
}

/** `text` with as much added as all that could be meant have in common. */
export function complete(text: string, names: Names): Completion {
  const space = text.indexOf(' ');
  const head = space < 0 ? '' : text.slice(0, space + 1);
  const begun = text.slice(head.length);
  const known =
    space < 0 ? COMMANDS.flatMap(({ names: [first = ''] }) => first) : operandsOf(head.trim(), names);
  const candidates = known.filter((candidate) => candidate.startsWith(begun));
  const [only] = candidates;
  if (only === undefined) return { text, candidates: [] };
  if (candidates.length > 1) return { text: head + commonStart(candidates), candidates };
  const needsOperand = space < 0 && /^[A-Z]/.test(entryOf(only)?.operand ?? '');
  return { text: head + only + (needsOperand ? ' ' : ''), candidates: [] };
}

function entryOf(name: string): Entry | undefined {
  return COMMANDS.find(({ names }) => names.includes(name.toLowerCase()));
}

function allNames(): readonly string[] {
  return COMMANDS.flatMap(({ names }) => names);
}

function operandsOf(name: string, { workerIds, sessionIds }: Names): readonly string[] {
  switch (entryOf(name)?.operand) {
    case 'WORKER':
      return workerIds;
    case 'SESSION':
      return sessionIds;
    default:
      return [];
  }
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  let length = first.length;
  for (const text of rest) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

function suggestion(name: string, known: readonly string[], prefix = ''): string {
  const near = closest(prefix + name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function invalid(message: string): TypedCommand {
  return { type: 'invalid', message };
}
