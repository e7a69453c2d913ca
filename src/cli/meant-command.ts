/** What was probably meant by a command that does not exist. Pure. */
import { closest } from '../config/closest.ts';

export interface KnownNames {
  /** Commands and topics, their words separated by spaces. */
  readonly commands: readonly string[];
  /** Long flags that every command has, without dashes. */
  readonly flags: readonly string[];
}

export interface MeantCommand {
  /** What there is not, without the arguments behind it. */
  readonly unknown: string;
  /** Completes the advice; undefined where nothing is near. */
  readonly advice: string | undefined;
}

/** @param spoken every word before the first flag, separated by spaces */
export function meantCommand(spoken: string, { commands, flags }: KnownNames): MeantCommand {
  const words = spoken.split(' ');
  const [first = ''] = words;
  if (first.startsWith('-')) {
    const flag = first.replace(/^-+|=.*$/g, '');
    const meant = flags.includes(flag) ? flag : (closest(flag, flags) ?? 'flag');
    return { unknown: first, advice: `Flags follow the command: rt COMMAND --${meant}` };
  }
  // Arguments stand behind the name, so the longest beginning that is near a name is it.
  for (let count = Math.min(words.length, 3); count > 0; count -= 1) {
    const tried = words.slice(0, count).join(' ');
    const named = commands.filter((name) => name.split(' ').length === count);
    const meant = named.includes(tried) ? undefined : closest(tried, named);
    if (meant !== undefined) return { unknown: tried, advice: `Did you mean rt ${meant}?` };
  }
  return { unknown: unknownPart(words, commands), advice: ofAnotherTopic(words, commands) };
}

/** The topic that exists and the word that does not. */
function unknownPart(words: readonly string[], commands: readonly string[]): string {
  const [topic = '', command] = words;
  return commands.includes(topic) && command !== undefined ? `${topic} ${command}` : topic;
}

/** `rt drain` for `rt workers drain`. */
function ofAnotherTopic(words: readonly string[], commands: readonly string[]): string | undefined {
  const [first = ''] = words;
  const meant = commands.filter((name) => name.includes(' ') && name.endsWith(` ${first}`));
  return meant.length === 0 ? undefined : `Did you mean ${meant.map((name) => `rt ${name}`).join(' or ')}?`;
}
