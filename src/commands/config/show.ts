import type { Interfaces } from '@oclif/core';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { renderTable } from '../../cli/table.ts';
import { settingDocument } from '../../config/setting-document.ts';
import { gatherSettings } from '../../config/raw.ts';
import { configShowSection } from '../../config/settings/config-commands.ts';
import { originText, type ShownSetting, showSettings } from '../../config/shown-settings.ts';

export default class ConfigShow extends ConfigCommand {
  static override summary: string = 'Show every setting, its value, and where it comes from.';
  static override description: string =
    'Flags are stronger than the environment, that is stronger than rt.toml of the project, the file of the user, and ' +
    'the default. Needs no cluster. Secrets are not shown.';
  static override examples: Examples = [
    { description: 'What holds here, and why:', command: 'rt config show --origin' },
    { description: 'What a context changes:', command: 'rt config show --origin --context prod' },
    {
      description: 'What is not a default:',
      command: 'rt config show --json | jq \'.settings[] | select(.origin.layer != "default")\'',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(configShowSection);

  override run(): Promise<unknown> {
    const { origin } = this.settings(configShowSection);
    // Not the sources this command goes by: with a broken file those are without it, and this is to say so.
    const settings = showSettings(gatherSettings({ flags: this.given }), this.dots);
    if (!this.jsonEnabled()) this.print(settings, origin);
    return Promise.resolve({ schema: 'rt.config/v1', settings: settings.map(settingDocument) });
  }

  private print(settings: readonly ShownSetting[], withOrigin: boolean): void {
    const columns = ['SETTING', 'VALUE', ...(withOrigin ? ['FROM'] : [])].map((header) => ({ header }));
    const rows = settings.map(({ key, value, origin }) =>
      [key, value ?? '-', ...(withOrigin ? [originText(origin)] : [])].map((cell) => safeText(cell)),
    );
    this.output.line(renderTable(columns, rows));
    for (const { key, value, origin, expected } of settings) {
      if (expected === undefined) continue;
      const what = `${originText(origin)}: ${key} cannot be ${JSON.stringify(value)}; it is ${expected}`;
      this.output.warn(safeText(what));
    }
  }
}
