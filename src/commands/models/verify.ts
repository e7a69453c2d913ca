import { Args, type Interfaces } from '@oclif/core';
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { renderTable } from '../../cli/table.ts';
import { modelsDir, modelsDirSection } from '../../config/settings/models.ts';
import { modelsVerifySection } from '../../config/settings/models-verify.ts';
import { canLoad } from '../../models/load-support.ts';
import { sizeText } from '../../models/size-text.ts';
import type { ModelReport } from '../../models/verify-model.ts';

export default class ModelsVerify extends BaseCommand {
  static override summary: string = 'Check the files of models against their cards, and say what they are.';
  static override description: string =
    'Sizes and SHA-256 of every file, then the family that the names and the metadata tell. Exits 3 when a file is ' +
    'not what its card says, 13 when there is no such model. Without an argument: every model on this machine.';
  static override examples: Examples = [
    { description: 'Everything on this machine:', command: 'rt models verify' },
    { description: 'One model, by its id or its folder:', command: 'rt models verify /models/nemotron' },
    { description: 'Whether a worker could really load it:', command: 'rt models verify rt-tiny-en --load' },
  ];
  static override args: Interfaces.ArgInput = {
    model: Args.string({ description: 'Id, folder, or .onnx file.', ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = {
    ...flagsOf(modelsVerifySection),
    ...flagsOf(modelsDirSection),
  };

  override async run(): Promise<unknown> {
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { load } = this.settings(modelsVerifySection);
    const { isSound, verifyModel } = await import('../../models/verify-model.ts');
    const reports: ModelReport[] = [];
    for (const path of await this.paths()) {
      const report = await verifyModel(path, signal);
      reports.push(report);
      if (!this.jsonEnabled()) this.print(report);
      if (load && isSound(report)) await this.load(path);
    }
    const damaged = reports.filter((report) => !isSound(report));
    if (damaged.length > 0) this.refuse(damaged);
    return { schema: 'rt.model-verify/v1', sound: damaged.length === 0, models: reports.map(documentOf) };
  }

  /** What is to be verified; ids come from the catalogue and the models folder. */
  private async paths(): Promise<readonly string[]> {
    const dir = modelsDir(this.settings(modelsDirSection));
    const [named] = this.operands;
    if (named !== undefined) {
      const { resolveModelPath } = await import('../../models/resolve-model-path.ts');
      try {
        return [resolveModelPath(named, dir)];
      } catch (error) {
        const { message, hint } = toRtError(error);
        throw new RtError('not_found', message, { cause: error, hint });
      }
    }
    const { listModels } = await import('../../models/list-models.ts');
    const models = await listModels(dir);
    return models.map(({ folder }) => folder).filter((folder) => folder !== undefined);
  }

  private async load(path: string): Promise<void> {
    const { loadModel } = await import('../../engine/models/load-model.ts');
    const loaded = await loadModel({ path, aliases: [] }, { provider: 'cpu', intraOpThreads: 1 });
    await loaded.release();
    this.output.note(`A worker would serve it as ${safeText(loaded.model.name)}`);
  }

  private print(report: ModelReport): void {
    const columns = [
      { header: 'FILE' },
      { header: 'SIZE', align: 'right' },
      { header: 'SHA256' },
      { header: 'STATUS' },
    ] as const;
    const rows = report.files.map(({ name, bytes, sha256, status }) => [
      safeText(name),
      bytes === undefined ? '-' : sizeText(bytes),
      sha256?.slice(0, 16) ?? '-',
      status,
    ]);
    this.output.line(safeText(report.folder));
    this.output.line(renderTable(columns, rows));
    this.output.line(identityText(report));
  }

  /** In JSON the document says which files; the exit code is the same. */
  private refuse(damaged: readonly ModelReport[]): void {
    if (this.jsonEnabled()) {
      process.exitCode = ERROR_CATALOGUE.model_invalid.exitCode;
      return;
    }
    const folders = damaged.map(({ folder }) => folder).join(', ');
    throw new RtError('model_invalid', `Not what the card says: ${folders}`, {
      hint: 'Remove the folder and pull the model again.',
    });
  }
}

function identityText({ identity }: ModelReport): string {
  if (identity === undefined) return 'No family this build knows.';
  const { family, decoder, chunkMs } = identity;
  const chunk = chunkMs === undefined ? '' : `, ${chunkMs} ms a step`;
  const loads = canLoad(family, decoder) ? 'which this build runs' : 'which this build does not run yet';
  return `Loads as ${family} (${decoder}${chunk}), ${loads}.`;
}

function documentOf({ folder, files, identity }: ModelReport): unknown {
  return {
    folder,
    family: identity?.family ?? null,
    decoder: identity?.decoder ?? null,
    chunk_ms: identity?.chunkMs ?? null,
    loadable: identity !== undefined && canLoad(identity.family, identity.decoder),
    files: files.map(({ name, bytes, sha256, status }) => ({
      ...{ name, bytes: bytes ?? null, sha256: sha256 ?? null, status },
    })),
  };
}
