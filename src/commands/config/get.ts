import { Args, type Interfaces } from '@oclif/core';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { gatherSettings } from '../../config/raw.ts';
import { settingDocument } from '../../config/setting-document.ts';
import { originText, showSettings } from '../../config/shown-settings.ts';
import { unknownSetting } from '../../config/unknown-setting.ts';

export default class ConfigGet extends ConfigCommand {
  static override summary: string = 'Print the value of one setting.';
  static override description: string =
    'KEY is as in a file: redis, worker.listen. Prints an empty line for what nobody set. Secrets are not shown.';
  static override examples: Examples = [
    { description: 'Which Redis is spoken to:', command: 'rt config get redis' },
    { description: 'Where a worker would listen:', command: 'rt config get worker.listen' },
    { description: 'And why:', command: 'rt config get worker.listen --json | jq .origin' },
  ];
  static override args: Interfaces.ArgInput = {
    key: Args.string({ description: 'Key of the setting.', required: true, ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const settings = showSettings(gatherSettings({ flags: this.given }), this.dots);
    const found = settings.find(({ key }) => key === this.operand);
    if (found === undefined) throw unknownSetting(this.operand);
    if (!this.jsonEnabled()) {
      this.output.line(safeText(found.value ?? ''));
      this.output.note(safeText(originText(found.origin)));
    }
    return Promise.resolve({ schema: 'rt.setting/v1', ...settingDocument(found), doc: found.doc });
  }
}
