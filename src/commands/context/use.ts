import { Args, type Interfaces } from '@oclif/core';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { chooseContext, readContexts, userFilePath } from '../../config/contexts.ts';

export default class ContextUse extends ConfigCommand {
  static override summary: string = 'Choose the cluster that commands speak to when nobody says otherwise.';
  static override description: string =
    'Flags, RT_REDIS and RT_GATEWAY in the environment, and rt.toml of a project are stronger than this choice; ' +
    'rt config show --origin says what holds.';
  static override examples: Examples = [
    { description: 'From now on:', command: 'rt context use prod' },
    { description: 'For one command:', command: 'rt top --context prod' },
    { description: 'For one shell:', command: '$ export RT_CONTEXT=prod' },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of the context.', required: true, ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const name = this.operand;
    const path = userFilePath();
    const previous = readContexts(path).current;
    chooseContext(name, path);
    if (!this.jsonEnabled()) {
      this.output.line(`Commands use context ${name} now`);
      if (previous !== undefined && previous !== name)
        this.output.note(`Undo with: rt context use ${previous}`);
    }
    return Promise.resolve({
      schema: 'rt.context-use/v1',
      file: path,
      current: name,
      previous: previous ?? null,
    });
  }
}
