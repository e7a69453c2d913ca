import { Args, type Interfaces } from '@oclif/core';
import { systemClock } from '../../base/clock.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { modelsDir, modelsSection } from '../../config/settings/models.ts';
import { modelsPullSection } from '../../config/settings/models-pull.ts';
import type { PullOutcome } from '../../models/pull/pull-model.ts';
import { createProgressView, type ProgressView } from '../../models/pull/progress-view.ts';

export default class ModelsPull extends BaseCommand {
  static override summary: string = 'Fetch a model, or go on with fetching it.';
  static override description: string =
    'Takes an id that rt models list shows, the URL of an archive or an .onnx file, or that of a repository on ' +
    'huggingface.co (…/tree/REVISION/FOLDER for a part of one). What was fetched survives interruptions and is gone on ' +
    'with. Files are compared with published checksums, and with those of the first pull on this machine. ' +
    'With --json progress comes as JSON lines on stderr. Licences are those of the publishers.';
  static override examples: Examples = [
    {
      description: 'A streaming model for a machine with few cores:',
      command: 'rt models pull fastconformer-ctc-en-80',
    },
    {
      description: 'From a mirror, into a folder of your choice:',
      command: 'rt models pull nemotron-en-560 --base-url https://mirror.example --to /models/nemotron',
    },
    {
      description: 'A repository that is in no catalogue:',
      command:
        "rt models pull https://huggingface.co/Xenova/whisper-base/tree/main/onnx --only '*_quantized.onnx'",
    },
  ];
  static override args: Interfaces.ArgInput = {
    model: Args.string({ description: 'Id or URL.', required: true, ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = { ...flagsOf(modelsPullSection), ...flagsOf(modelsSection) };

  override async run(): Promise<unknown> {
    const config = this.settings(modelsSection);
    const { to, only } = this.settings(modelsPullSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { pullByName } = await import('../../models/pull/pull-by-name.ts');
    const view = this.createView();
    try {
      const outcome = await pullByName(this.operand, {
        ...{ modelsDir: modelsDir(config), to, only, baseUrl: config.baseUrl, signal },
        version: this.config.version,
        clock: systemClock,
        onEvent: (event) => view.show(event),
      });
      view.close();
      if (!this.jsonEnabled()) this.print(outcome, to === undefined ? outcome.id : outcome.folder);
      return documentOf(outcome);
    } finally {
      view.close();
    }
  }

  private createView(): ProgressView {
    const kind = this.output.isLive ? 'terminal' : 'lines';
    return createProgressView({
      kind: this.global.quiet ? 'silent' : this.jsonEnabled() ? 'json' : kind,
      write: (text) => void process.stderr.write(text),
      clock: systemClock,
      columns: this.output.columns,
    });
  }

  /** @param name what `--model` finds it by */
  private print({ id, status, folder, card }: PullOutcome & { readonly id: string }, name: string): void {
    this.output.line(safeText(folder));
    if (status === 'present')
      this.output.note(`${id} was here already; check it with: rt models verify ${id}`);
    else if (card.license !== undefined) this.output.note(`Licence: ${safeText(card.license)}`);
    this.output.note(`Serve it with: rt worker --model ${safeText(name)}`);
  }
}

function documentOf({ id, status, folder, card }: PullOutcome & { readonly id: string }): unknown {
  return { schema: 'rt.model-pull/v1', id, status, folder, card };
}
