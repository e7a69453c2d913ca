import { basename, resolve } from 'node:path';
import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { checkConfigFile } from '../../config/check-file.ts';
import { configFiles } from '../../config/config-files.ts';
import { userFilePath } from '../../config/contexts.ts';
import { type FileOwner, readConfigText } from '../../config/file.ts';

interface Judged {
  readonly path: string;
  readonly owner: FileOwner;
  readonly faults: readonly RtError[];
}

export default class ConfigValidate extends ConfigCommand {
  static override summary: string = 'Check configuration files without using them.';
  static override description: string =
    'Says everything that is wrong, with its line. Without FILE: the files this call would read. A FILE of another name ' +
    'than rt.toml may have contexts. Ends with 3 when something is wrong.';
  static override examples: Examples = [
    { description: 'What would be read here:', command: 'rt config validate' },
    { description: 'A file before it is rolled out:', command: 'rt config validate deploy/rt.toml' },
    { description: 'In a pipeline:', command: 'rt config validate rt.toml --json' },
  ];
  static override args: Interfaces.ArgInput = {
    file: Args.string({ description: 'Files to check.', ignoreStdin: true }),
  };
  static override strict = false;

  override run(): Promise<unknown> {
    const judged = this.files().map(({ path, owner }): Judged => {
      const text = readConfigText(path);
      if (text !== undefined) return { path, owner, faults: checkConfigFile(path, text, owner) };
      const hint = 'Correct the path.';
      return { path, owner, faults: [new RtError('config_invalid', `There is no file ${path}`, { hint })] };
    });
    const faults = judged.flatMap((each) => each.faults);
    if (!this.jsonEnabled()) this.print(judged);
    this.judge(faults);
    return Promise.resolve({
      schema: 'rt.config-validate/v1',
      valid: faults.length === 0,
      files: judged.map(({ path, owner, faults: wrong }) => ({
        path,
        owner,
        problems: wrong.map(({ message, hint }) => ({ message, what_to_do: hint ?? null })),
      })),
    });
  }

  private files(): readonly Pick<Judged, 'path' | 'owner'>[] {
    if (this.operands.length === 0) return configFiles(this.given).filter(({ isThere }) => isThere);
    return this.operands.map((given) => {
      const path = resolve(given);
      const isProjects = basename(path) === 'rt.toml' && path !== userFilePath();
      return { path, owner: isProjects ? 'project' : 'user' };
    });
  }

  private print(judged: readonly Judged[]): void {
    if (judged.length === 0) this.output.note('No configuration file is read here: rt config path');
    for (const { path, faults } of judged) {
      if (faults.length === 0) this.output.line(safeText(`${path}: valid`));
      for (const { message, hint } of faults) this.output.line(safeText(`${message}. ${hint ?? ''}`));
    }
  }

  /** The document is printed in any case. */
  private judge(faults: readonly RtError[]): void {
    if (faults.length === 0) return;
    const count = faults.length === 1 ? 'One thing is' : `${String(faults.length)} things are`;
    const fault = new RtError('config_invalid', `${count} wrong`, { hint: 'Correct the lines above.' });
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}
