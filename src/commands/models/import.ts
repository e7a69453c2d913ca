import { Args, type Interfaces } from '@oclif/core';
import { systemClock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { renderTable } from '../../cli/table.ts';
import { modelsDir, modelsDirSection } from '../../config/settings/models.ts';
import { modelsImportSection } from '../../config/settings/models-import.ts';
import type { ImportOutcome } from '../../models/import/import-outcome.ts';
import { resolveModelPath } from '../../models/resolve-model-path.ts';

export default class ModelsImport extends BaseCommand {
  static override summary: string =
    'Rewrite a streaming model so that a step costs less, and prove that it says the same.';
  static override description: string =
    'Makes a folder with the model as a delta graph: caches hold projected keys and values, and a step computes new ' +
    'frames only. The rewritten encoder is held against the original on speech and noise, and timed beside it. What is ' +
    'not recognised, not the same or not faster stays as it is, with the reason.';
  static override examples: Examples = [
    { description: 'A pulled model:', command: 'rt models import fastconformer-ctc-en-80' },
    {
      description: 'A model of your own, into a folder of its own:',
      command: 'rt models import /models/stt_en --out /models/stt_en-fast',
    },
    {
      description: 'Where pulled models lie elsewhere:',
      command: 'rt models import fastconformer-ctc-en-80 --dir /srv/models',
    },
  ];
  static override args: Interfaces.ArgInput = {
    model: Args.string({ description: 'Id, folder, or encoder.', required: true, ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = {
    ...flagsOf(modelsImportSection),
    ...flagsOf(modelsDirSection),
  };

  override async run(): Promise<unknown> {
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { out } = this.settings(modelsImportSection);
    const dir = modelsDir(this.settings(modelsDirSection));
    const [named] = this.operands;
    if (named === undefined)
      throw new RtError('usage', 'Which model?', { hint: 'rt models import ID or PATH' });
    const { importModel } = await import('../../models/import/import-model.ts');
    const { importDocument } = await import('../../models/import/import-card.ts');
    const outcome = await importModel({
      path: resolveModelPath(named, dir),
      modelsDir: dir,
      out,
      clock: systemClock,
      signal,
      onStage: (text) => this.output.note(safeText(text)),
    });
    if (!this.jsonEnabled()) this.print(outcome);
    return {
      schema: 'rt.model-import/v1',
      folder: outcome.folder,
      encoder: outcome.encoder,
      ...importDocument(outcome),
    };
  }

  private print(outcome: ImportOutcome): void {
    for (const line of proofLines(outcome)) this.output.line(line);
    if (outcome.steps.length > 0) this.output.line(stepTable(outcome));
    const what =
      outcome.kind === 'delta'
        ? `${outcome.layers} layers rewritten`
        : `The model as it was (${outcome.reason})`;
    this.output.line(`${safeText(what)}: ${safeText(outcome.folder)}`);
  }
}

function proofLines({ proof }: ImportOutcome): readonly string[] {
  if (!proof) return [];
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const { windows, tokens, editedShare, difference, ownEditedShare, ownDifference } = proof;
  const said =
    tokens === undefined || editedShare === undefined
      ? `${windows} windows: frames differ by ${percent(difference)}`
      : `${windows} windows, ${tokens} tokens: ${percent(editedShare)} of them others`;
  const own = ownEditedShare ?? ownDifference;
  return [own === undefined ? `${said}.` : `${said}; the original alone and in company: ${percent(own)}.`];
}

function stepTable({ steps }: ImportOutcome): string {
  const columns = [
    { header: 'STREAMS', align: 'right' },
    { header: 'ORIGINAL MS', align: 'right' },
    { header: 'REWRITTEN MS', align: 'right' },
    { header: 'TIMES AS FAST', align: 'right' },
  ] as const;
  return renderTable(
    columns,
    steps.map(({ batch, plainMs, deltaMs }) => [
      String(batch),
      plainMs.toFixed(1),
      deltaMs.toFixed(1),
      (plainMs / deltaMs).toFixed(2),
    ]),
  );
}
