import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { renderTable } from '../../cli/table.ts';
import { configFiles } from '../../config/config-files.ts';

export default class ConfigPath extends ConfigCommand {
  static override summary: string = 'Say which configuration files are read, and where they would be.';
  static override examples: Examples = [
    { description: 'Both, and whether they are there:', command: 'rt config path' },
    { description: 'With a file of another name:', command: 'rt config path --config deploy/rt.toml' },
    {
      description: 'Edit your own:',
      command: '$ $EDITOR "$(rt config path --json | jq -r \'.files[] | select(.owner == "user") | .path\')"',
    },
  ];

  override run(): Promise<unknown> {
    const files = configFiles(this.given);
    if (!this.jsonEnabled()) {
      const rows = files.map(({ owner, path, isThere }) => [owner, isThere ? 'read' : 'not there', path]);
      this.output.line(renderTable([{ header: 'OF' }, { header: 'STATE' }, { header: 'FILE' }], rows));
    }
    return Promise.resolve({
      schema: 'rt.config-path/v1',
      files: files.map(({ owner, path, isThere }) => ({ owner, path, exists: isThere })),
    });
  }
}
