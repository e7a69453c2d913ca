import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import type { Examples } from '../cli/base-command.ts';
import { ConfigCommand } from '../cli/config-command.ts';
import RtHelp from '../cli/help.ts';
import { exitCodeMeanings, type ExitCodeMeaning } from '../cli/exit-code-meanings.ts';
import { renderTable } from '../cli/table.ts';

const EXIT_CODES = 'exit-codes';

export default class HelpCommand extends ConfigCommand {
  static override summary: string = 'Show help for a command, a topic, or the exit codes.';
  static override description: string =
    'The same as --help behind a command; exit-codes has no command of its own.';
  static override examples: Examples = [
    { description: 'All commands:', command: 'rt help' },
    { description: 'One of them:', command: 'rt help workers drain' },
    { description: 'What the exit code of a command says:', command: 'rt help exit-codes' },
  ];
  static override args: Interfaces.ArgInput = {
    subject: Args.string({ description: 'A command, a topic, or exit-codes.', ignoreStdin: true }),
  };
  static override strict = false;

  override async run(): Promise<unknown> {
    if (this.operands[0] === EXIT_CODES) return this.exitCodes();
    if (this.jsonEnabled()) {
      throw new RtError('usage', 'Help of commands is text', {
        hint: 'As JSON there is: rt help exit-codes --json, and oclif.manifest.json in the package.',
      });
    }
    await new RtHelp(this.config, this.config.pjson.oclif.helpOptions).showHelp([...this.operands]);
    return undefined;
  }

  private exitCodes(): unknown {
    const meanings = exitCodeMeanings();
    if (!this.jsonEnabled()) this.print(meanings);
    return {
      schema: 'rt.exit-codes/v1',
      exit_codes: meanings.map(({ exitCode, meaning, refs }) => ({
        exit_code: exitCode,
        meaning,
        errors: refs,
      })),
    };
  }

  private print(meanings: readonly ExitCodeMeaning[]): void {
    const columns = [
      { header: 'EXIT', align: 'right' },
      { header: 'MEANING' },
      { header: 'ERRORS' },
    ] as const;
    const rows = meanings.map(({ exitCode, meaning, refs }) => [String(exitCode), meaning, refs.join(' ')]);
    this.output.line(renderTable(columns, rows));
    this.output.note('The same with --json. Look up an error with: rt errors lookup RT5001');
  }
}
