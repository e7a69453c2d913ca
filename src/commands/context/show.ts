import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { renderRecord } from '../../cli/table.ts';
import { contextNamed, readContexts } from '../../config/contexts.ts';
import { maskSecrets } from '../../config/secrets.ts';

export default class ContextShow extends ConfigCommand {
  static override summary: string = 'Show what is kept of a cluster.';
  static override description: string = 'Without NAME: the one in use. Passwords are not shown.';
  static override examples: Examples = [
    { description: 'The one in use:', command: 'rt context show' },
    { description: 'Another one:', command: 'rt context show prod' },
    { description: 'Its Redis:', command: 'rt context show prod --json | jq -r .values.redis' },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of the context.', ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const contexts = readContexts();
    const name = this.operands[0] ?? contexts.current;
    if (name === undefined) {
      throw new RtError('not_found', 'No context is in use', {
        hint: 'Name one, or choose one with: rt context use NAME',
      });
    }
    const values = [...contextNamed(contexts, name)].map(([key, value]): [string, string | boolean] => [
      key,
      key === 'read_only' ? value === 'true' : maskSecrets(String(value), `${this.dots}(file)`),
    ]);
    const isCurrent = contexts.current === name;
    if (!this.jsonEnabled())
      this.output.line(renderRecord({ name, current: isCurrent, ...Object.fromEntries(values) }));
    return Promise.resolve({
      schema: 'rt.context/v1',
      name,
      file: contexts.path,
      current: isCurrent,
      values: Object.fromEntries(values),
    });
  }
}
