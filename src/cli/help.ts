/** Help that begins with what to type: three examples, then usage, flags and the longer text. */
import { CommandHelp, Errors, Help } from '@oclif/core';
import { tellUnknownCommand } from './unknown-command.ts';

type Sections = ReturnType<CommandHelp['sections']>;

class ExamplesFirst extends CommandHelp {
  /** Flags have a section of their own; listing them all in the usage hides the arguments. */
  protected override defaultUsage(): string {
    return `${super.defaultUsage()}${this.command.strict ? '' : '...'} [FLAGS]`;
  }

  protected override sections(): Sections {
    const sections = super.sections();
    const isExamples = ({ header }: Sections[number]): boolean => header === 'EXAMPLES';
    return [...sections.filter(isExamples), ...sections.filter((section) => !isExamples(section))];
  }
}

export default class RtHelp extends Help {
  protected override CommandHelpClass: typeof CommandHelp = ExamplesFirst;

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
