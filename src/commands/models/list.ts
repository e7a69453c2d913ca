import type { Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { renderTable } from '../../cli/table.ts';
import { closest } from '../../config/closest.ts';
import { modelsDir, modelsDirSection } from '../../config/settings/models.ts';
import { modelsListSection } from '../../config/settings/models-list.ts';
import type { ListedModel } from '../../models/list-models.ts';
import { sizeText } from '../../models/size-text.ts';

export default class ModelsList extends BaseCommand {
  static override summary: string = 'List the models rt knows, and those on this machine.';
  static override description: string =
    'CHUNK is the audio of one step of a streaming model; models without one take whole utterances. ' +
    'A size with ~ is what pages state, rounded. RUNS says whether this build has a loader for the family.';
  static override examples: Examples = [
    { description: 'Everything there is:', command: 'rt models list' },
    { description: 'What is on this machine:', command: 'rt models list --installed' },
    {
      description: 'Ids of streaming models this build runs:',
      command: "rt models list --json | jq -r '.models[] | select(.loadable and .chunk_ms) | .id'",
    },
  ];
  static override flags: Interfaces.FlagInput = {
    ...flagsOf(modelsListSection),
    ...flagsOf(modelsDirSection),
  };

  override async run(): Promise<unknown> {
    const { listModels } = await import('../../models/list-models.ts');
    const { installed, family } = this.settings(modelsListSection);
    const all = await listModels(modelsDir(this.settings(modelsDirSection)));
    if (family !== undefined) expectFamily(family, all);
    const models = all.filter(
      (model) =>
        (!installed || model.state !== 'available') && (family === undefined || model.family === family),
    );
    if (!this.jsonEnabled()) this.print(models);
    return { schema: 'rt.models/v1', models: models.map(documentOf) };
  }

  private print(models: readonly ListedModel[]): void {
    const columns = [
      ...(['ID', 'FAMILY', 'DECODER', 'LANGUAGE'] as const).map((header) => ({ header })),
      { header: 'CHUNK', align: 'right' } as const,
      { header: 'SIZE', align: 'right' } as const,
      ...(['PRECISION', 'LICENCE', 'STATE', 'RUNS'] as const).map((header) => ({ header })),
    ];
    this.output.line(renderTable(columns, models.map(rowOf)));
  }
}

function rowOf(model: ListedModel): readonly string[] {
  const { id, family, decoder, languages, chunkMs, bytes, isExact, precision, licence, state, isLoadable } =
    model;
  return [
    id,
    family ?? '-',
    decoder ?? '-',
    languageText(languages),
    chunkMs === undefined ? '-' : `${chunkMs} ms`,
    bytes === undefined ? '-' : `${isExact ? '' : '~'}${sizeText(bytes)}`,
    precision ?? '-',
    licence ?? '-',
    state,
    isLoadable ? 'yes' : 'no',
  ].map((cell) => safeText(cell));
}

/** Two dozen codes would push everything else off the screen. */
function languageText(languages: string): string {
  const codes = languages.split(' ');
  return codes.length > 3 && codes.every((code) => code.length === 2)
    ? `${codes.length} languages`
    : languages;
}

function documentOf(model: ListedModel): unknown {
  const { id, family, decoder, precision, languages, licence, quality, bytes, state, folder } = model;
  return {
    ...{ id, family: family ?? null, decoder: decoder ?? null, precision: precision ?? null, languages },
    chunk_ms: model.chunkMs ?? null,
    license: licence ?? null,
    quality: quality ?? null,
    bytes: bytes ?? null,
    bytes_exact: model.isExact,
    sha256: model.checksums,
    min_ram_bytes: model.minRamBytes ?? null,
    ...{ state, folder: folder ?? null, loadable: model.isLoadable },
  };
}

function expectFamily(family: string, models: readonly ListedModel[]): void {
  const families = [...new Set(models.map((model) => model.family).filter((one) => one !== undefined))];
  if (families.some((one) => one === family)) return;
  const meant = closest(family, families);
  throw new RtError('usage', `There is no family ${family}`, {
    hint: meant === undefined ? `Give one of ${families.join(', ')}.` : `Did you mean ${meant}?`,
  });
}
