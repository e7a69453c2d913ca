import { join } from 'node:path';
import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { userFilePath } from '../../config/contexts.ts';
import { type FileOwner, readConfigFile } from '../../config/file.ts';
import { configSetSection } from '../../config/settings/config-commands.ts';
import { tomlValueOf } from '../../config/toml-value.ts';
import { keyedRows, type KeyedRow } from '../../config/shown-settings.ts';
import { unknownSetting } from '../../config/unknown-setting.ts';
import { maskSecrets } from '../../config/secrets.ts';
import { changeConfigFile } from '../../config/write-config.ts';

export default class ConfigSet extends ConfigCommand {
  static override summary: string = 'Write one setting into a configuration file.';
  static override description: string =
    'Into the file of the user, or with --project into rt.toml of this folder. Comments and everything else stay as ' +
    'they are. Several values are separated by commas. A password is refused: it belongs in a file of its own.';
  static override examples: Examples = [
    { description: 'Your Redis:', command: 'rt config set redis redis://10.0.0.5:6379' },
    {
      description: 'For everybody who works in this folder:',
      command: 'rt config set worker.heartbeat 1s --project',
    },
    { description: 'Back to the default:', command: 'rt config set redis --unset' },
  ];
  static override args: Interfaces.ArgInput = {
    key: Args.string({ description: 'Key of the setting, as in a file.', required: true, ignoreStdin: true }),
    value: Args.string({ description: 'Its value.', ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(configSetSection);

  override run(): Promise<unknown> {
    const { project, unset } = this.settings(configSetSection);
    const [key = '', text] = this.operands;
    const keyed = keyedRows().find((each) => each.key === key);
    if (keyed === undefined) throw unknownSetting(key);
    if (unset === (text !== undefined)) {
      throw new RtError('usage', unset ? 'There is a value, and --unset' : `A value for ${key} is missing`, {
        hint: `rt config set ${key} VALUE, or rt config set ${key} --unset`,
      });
    }
    const owner: FileOwner = project ? 'project' : 'user';
    const path = project ? join(process.cwd(), 'rt.toml') : userFilePath();
    const before = readConfigFile(path, owner)?.values.get(key);
    const value = text === undefined ? undefined : tomlValueOf(keyed, text);
    changeConfigFile(path, owner, [{ path: pathOf(keyed), value }]);
    const previous = before === undefined ? undefined : String(before);
    if (!this.jsonEnabled()) this.tell({ key, text, path, previous, project });
    const shown = previous === undefined ? null : maskSecrets(previous, `${this.dots}(file)`);
    return Promise.resolve({
      schema: 'rt.config-set/v1',
      file: path,
      key,
      value: text ?? null,
      previous: shown,
    });
  }

  private tell(change: {
    readonly key: string;
    readonly text: string | undefined;
    readonly path: string;
    readonly previous: string | undefined;
    readonly project: boolean;
  }): void {
    const { key, text, path, previous, project } = change;
    const mark = `${this.dots}(file)`;
    const was = previous === undefined ? 'not set before' : `before: ${maskSecrets(previous, mark)}`;
    this.output.line(safeText(`${path}: ${key} ${text === undefined ? 'unset' : `= ${text}`} (${was})`));
    const back = previous === undefined ? '--unset' : maskSecrets(previous, mark);
    this.output.note(safeText(`Undo with: rt config set ${key} ${back}${project ? ' --project' : ''}`));
  }
}

function pathOf({ key, section }: KeyedRow): readonly string[] {
  return section === '' ? [key] : [section, key.slice(section.length + 1)];
}
