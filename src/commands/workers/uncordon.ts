import { Args, type Interfaces } from '@oclif/core';
import { findWorkers } from '../../app/find-workers.ts';
import { type Asked, wishDocument, wishWorkers } from '../../app/wish-workers.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { flagsOf } from '../../cli/flags.ts';
import { dryRunSection } from '../../config/settings/control.ts';

export default class WorkersUncordon extends BaseCommand {
  static override summary: string = 'Give workers sessions again.';
  static override description: string =
    'Takes back what rt workers cordon asked for, and rt workers drain as long as the worker has not heard of it.';
  static override examples: Examples = [
    { description: 'After a cordon:', command: 'rt workers uncordon w1' },
    { description: 'Several at once:', command: 'rt workers uncordon w1 w2' },
    { description: 'What would change:', command: 'rt workers uncordon w1 --dry-run' },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Ids of workers.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(dryRunSection);

  override async run(): Promise<unknown> {
    const { dryRun } = this.settings(dryRunSection);
    if (!dryRun) this.refuseIfReadOnly('Uncordoning a worker');
    return withCluster(this.global, async ({ registry: { fleet, control } }) => {
      const workers = await findWorkers(fleet, this.operands);
      const asked = await wishWorkers(control, workers, { wish: 'none', isDryRun: dryRun });
      if (!this.jsonEnabled()) for (const each of asked) this.output.line(outcomeText(each));
      const changed = asked.filter(({ outcome }) => outcome === 'asked').map(({ worker }) => worker.id);
      if (changed.length > 0) this.output.note(`Undo it with: rt workers cordon ${changed.join(' ')}`);
      if (asked.some(({ outcome }) => outcome === 'too_late')) {
        this.output.warn('A drain that has begun is not called off; start another worker in its place.');
      }
      return wishDocument('none', asked, dryRun);
    });
  }
}

function outcomeText({ worker: { id }, outcome }: Asked): string {
  switch (outcome) {
    case 'asked':
      return `${id}: takes sessions again`;
    case 'would_ask':
      return `${id}: would take sessions again`;
    case 'too_late':
      return `${id}: drains already`;
    default:
      return `${id}: is not cordoned`;
  }
}
