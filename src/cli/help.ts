/** Help that begins with what to type: examples, then usage, what it does, and flags. */
import { CommandHelp, Errors, Help } from '@oclif/core';
import { tellUnknownCommand } from './unknown-command.ts';

type Sections = ReturnType<CommandHelp['sections']>;

class ExamplesFirst extends CommandHelp {
  /** Flags have a section of their own; listing them all in the usage hides the arguments. */
  protected override defaultUsage(): string {
    return `${super.defaultUsage()}${this.command.strict ? '' : '...'} [FLAGS]`;
  }

  protected override sections(): Sections {
    return super.sections().toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

/** What is done stands above the flags: those that every command has are a page of their own. */
const ORDER = ['EXAMPLES', 'USAGE', 'ARGUMENTS', 'DESCRIPTION', 'FLAGS'];

/** Sections without a place of their own keep theirs, behind the others. */
function placeOf({ header }: Sections[number]): number {
  return ORDER.includes(header) ? ORDER.indexOf(header) : ORDER.length;
}

/** What somebody who has just installed rt may type. */
const FIRST_STEPS = [
  'Everything on this machine, with a clip:\n\n  $ rt demo',
  'A cluster to develop with, and a file through it:\n\n  $ rt up\n  $ rt stream call.wav',
  'Who serves, and what is said:\n\n  $ rt top',
];

export default class RtHelp extends Help {
  protected override CommandHelpClass: typeof CommandHelp = ExamplesFirst;

  override formatRoot(): string {
    const [summary = '', ...sections] = super.formatRoot().split('\n\n');
    return [summary, this.section('EXAMPLES', FIRST_STEPS.join('\n\n')), ...sections].join('\n\n');
  }

  /** @throws ExitError where there is no such command; it has been told then */
  override async showHelp(argv: string[]): Promise<void> {
    try {
      await super.showHelp(argv);
    } catch (error) {
      if (!(error instanceof Errors.CLIError)) throw error;
      const firstFlag = argv.findIndex((word) => word.startsWith('-'));
      const spoken = (firstFlag === -1 ? argv : argv.slice(0, firstFlag)).join(' ');
      throw new Errors.ExitError(
        tellUnknownCommand(spoken, { config: this.config, isJson: argv.includes('--json') }),
      );
    }
  }
}
