import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { renderTable } from '../../cli/table.ts';
import { safeText } from '../../base/terminal-text.ts';
import { readContexts } from '../../config/contexts.ts';
import { maskSecrets } from '../../config/secrets.ts';

export default class ContextList extends ConfigCommand {
  static override summary: string = 'List the clusters this user knows by name.';
  static override examples: Examples = [
    { description: 'All of them, the one in use with a star:', command: 'rt context list' },
    { description: 'Which one is in use:', command: 'rt context list --json | jq -r .current' },
    { description: 'Their names:', command: "rt context list --json | jq -r '.contexts[].name'" },
  ];

  override run(): Promise<unknown> {
    const { path, current, byName } = readContexts();
    const contexts = [...byName].map(([name, values]) => ({
      name,
      redis: shown(values.get('redis'), `${this.dots}(file)`),
      gateway: shown(values.get('gateway'), `${this.dots}(file)`),
      read_only: values.get('read_only') === 'true',
    }));
    if (!this.jsonEnabled()) this.print(contexts, current);
    return Promise.resolve({ schema: 'rt.contexts/v1', file: path, current: current ?? null, contexts });
  }

  private print(
    contexts: readonly {
      readonly name: string;
      readonly redis: string | null;
      readonly gateway: string | null;
      readonly read_only: boolean;
    }[],
    current: string | undefined,
  ): void {
    if (contexts.length === 0) {
      this.output.note('No contexts. Add one with: rt context add NAME --redis URL --gateway URL');
      return;
    }
    const rows = contexts.map(({ name, redis, gateway, read_only: isReadOnly }) =>
      [name === current ? '*' : '', name, redis ?? '-', gateway ?? '-', isReadOnly ? 'yes' : 'no'].map(
        (cell) => safeText(cell),
      ),
    );
    const columns = ['', 'CONTEXT', 'REDIS', 'GATEWAY', 'READ ONLY'].map((header) => ({ header }));
    this.output.line(renderTable(columns, rows));
  }
}

function shown(value: string | readonly string[] | undefined, mark: string): string | null {
  return value === undefined ? null : maskSecrets(String(value), mark);
}
