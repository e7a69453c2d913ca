import { Args, type Interfaces } from '@oclif/core';
import type { CheckOutcome } from '../../app/check/outcome.ts';
import type { Examples } from '../../cli/base-command.ts';
import { CheckCommand } from '../../cli/check-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { checkWorkerSection } from '../../config/settings/check.ts';

export default class CheckWorker extends CheckCommand {
  static override summary: string = 'Check that one worker is there and gives signs of life.';
  static override description: string =
    'Critical: gone, unknown, or silent for --crit. Warning: it drains, or is silent for --warn. ' +
    'Ends with 0, 10 (warning), 11 (critical) or 5 (could not be checked); with --format nagios 0 to 3.';
  static override examples: Examples = [
    { description: 'Now, for a person:', command: 'rt check worker w-1' },
    { description: 'As a plugin of a monitor:', command: 'rt check worker w-1 --format nagios' },
    {
      description: 'How old its last beat is:',
      command: "rt check worker w-1 --json | jq '.measures[0].value'",
    },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Id of the worker.', required: true, ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(checkWorkerSection);

  override run(): Promise<unknown> {
    const config = this.bounds(checkWorkerSection, 'most');
    const id = this.operand;
    return this.conclude({ name: 'worker', subject: id, look: () => this.look(id, config) }, config);
  }

  private async look(
    id: string,
    bounds: { readonly warn: number | undefined; readonly crit: number | undefined },
  ): Promise<CheckOutcome> {
    const { withFleet } = await import('../../app/check/with-fleet.ts');
    const { judgeWorker } = await import('../../app/check/judge-worker.ts');
    const { lookAt } = await import('../../tui/feed/look-at.ts');
    const { redis, prefix } = this.global;
    return withFleet({ redis, prefix, connectTimeoutMs: this.stepTimeoutMs }, async (fleet, clock) => {
      const { workers } = await lookAt(fleet, clock);
      const worker = workers.find((each) => each.id === id);
      return judgeWorker(id, worker, bounds);
    });
  }
}
