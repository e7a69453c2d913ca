import { Args, type Interfaces } from '@oclif/core';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { contextNamed, readContexts, removeContext, userFilePath } from '../../config/contexts.ts';
import { hasSecret } from '../../config/secrets.ts';

export default class ContextRemove extends ConfigCommand {
  static override summary: string = 'Forget a cluster.';
  static override description: string =
    'Takes [contexts.NAME] out of the file of the user, and current_context where it names this one. ' +
    'The cluster itself is not touched.';
  static override examples: Examples = [
    { description: 'One that is gone:', command: 'rt context remove staging' },
    { description: 'What was removed, as JSON:', command: 'rt context remove staging --json' },
    { description: 'What there is:', command: 'rt context list' },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of the context.', required: true, ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const name = this.operand;
    const path = userFilePath();
    const contexts = readContexts(path);
    const values = contextNamed(contexts, name);
    removeContext(name, path);
    if (!this.jsonEnabled()) {
      this.output.line(`Removed context ${name} from ${path}`);
      if (contexts.current === name) this.output.note('No context is in use now.');
      this.output.note(`Undo with: ${undo(name, values)}`);
    }
    return Promise.resolve({
      schema: 'rt.context-remove/v1',
      file: path,
      removed: name,
      current: contexts.current === name ? null : (contexts.current ?? null),
    });
  }
}

/** The command that adds it again; a password is not repeated. */
function undo(name: string, values: ReadonlyMap<string, string | readonly string[]>): string {
  const flags = [...values]
    .filter(([, value]) => !hasSecret(String(value)) && value !== 'false')
    .map(([key, value]) => `--${key.replaceAll('_', '-')}${key === 'read_only' ? '' : ` ${String(value)}`}`);
  return safeText(['rt context add', name, ...flags].join(' '));
}
