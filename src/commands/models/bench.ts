import { Args, type Interfaces } from '@oclif/core';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { capacityText } from '../../cli/capacity-text.ts';
import { parseModelChoice } from '../../cli/engine-options.ts';
import { flagsOf } from '../../cli/flags.ts';
import { modelsDir, modelsDirSection } from '../../config/settings/models.ts';
import { modelsBenchSection } from '../../config/settings/models-bench.ts';
import { resolveModels } from '../../models/resolve-model-path.ts';

export default class ModelsBench extends BaseCommand {
  static override summary: string =
    'Measure how long steps of a model take here, and how many sessions it would hold.';
  static override description: string =
    'The measurement every worker makes at start: batches of 1 to 32 sessions on each layout of the cores. ' +
    '* marks the batch size a worker would use. A SESSION is the share of one session in a step.';
  static override examples: Examples = [
    { description: 'The bundled model:', command: 'rt models bench' },
    {
      description: 'A model of your own, one thread only:',
      command: 'rt models bench /models/parakeet --threads 1x1',
    },
    {
      description: 'The capacity alone:',
      command: 'rt models bench nemotron-en-560 --json | jq .capacity',
    },
  ];
  static override args: Interfaces.ArgInput = {
    model: Args.string({ description: 'Id, folder, or .onnx file.', ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = {
    ...flagsOf(modelsBenchSection),
    ...flagsOf(modelsDirSection),
  };

  override async run(): Promise<unknown> {
    const { provider, threads } = this.settings(modelsBenchSection);
    const [named] = this.operands;
    const choices = named === undefined ? [] : [parseModelChoice(named)];
    const models = resolveModels(choices, modelsDir(this.settings(modelsDirSection)));
    const { measureCapacity } = await import('../../app/capacity-report.ts');
    const report = await measureCapacity({ models, vad: 'silero', provider, threads, capacity: 'auto' });
    if (!this.jsonEnabled()) this.output.line(capacityText(report));
    return report;
  }
}
