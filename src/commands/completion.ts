import { Args, type Interfaces } from '@oclif/core';
import type { Examples } from '../cli/base-command.ts';
import { type Shell, SHELL_SCRIPTS } from '../cli/completion/shell-scripts.ts';
import { ConfigCommand } from '../cli/config-command.ts';

const SHELLS = Object.keys(SHELL_SCRIPTS) as Shell[];

export default class Completion extends ConfigCommand {
  static override summary: string = 'Print what a shell needs to complete rt commands.';
  static override description: string =
    'Commands, flags and their values, files, and names: of workers and sessions from Redis, of contexts, settings, ' +
    'schemas and error codes. The script asks the installed rt, so an update needs no new one.';
  static override examples: Examples = [
    { description: 'bash, in ~/.bashrc:', command: '$ eval "$(rt completion bash)"' },
    { description: 'zsh, in ~/.zshrc behind compinit:', command: '$ eval "$(rt completion zsh)"' },
    { description: 'fish, in config.fish:', command: 'rt completion fish | source' },
  ];
  static override args: Interfaces.ArgInput = {
    shell: Args.string({ description: 'The shell.', required: true, options: SHELLS, ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const shell = SHELLS.find((each) => each === this.operand) ?? 'bash';
    const script = SHELL_SCRIPTS[shell];
    if (!this.jsonEnabled()) this.output.line(script.trimEnd());
    return Promise.resolve({ schema: 'rt.completion/v1', shell, script });
  }
}
