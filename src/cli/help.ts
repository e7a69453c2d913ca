/** Help that begins with what to type: three examples, then usage, flags and the longer text. */
import { CommandHelp, Help } from '@oclif/core';

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
}
