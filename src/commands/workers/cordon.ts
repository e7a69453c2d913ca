import { Args, type Interfaces } from '@oclif/core';
import { findWorkers } from '../../app/find-workers.ts';
import { type Asked, wishDocument, wishWorkers } from '../../app/wish-workers.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { sessionsText } from '../../cli/count-text.ts';
import { flagsOf } from '../../cli/flags.ts';
import { dryRunSection } from '../../config/settings/control.ts';

export default class WorkersCordon extends BaseCommand {
  static override summary: string = 'Give workers no new sessions; those they hold go on.';
  static override description: string =
    'Holds from this moment on and until it is taken back, also when a process of the same id is started again.';
  static override examples: Examples = [
    { description: 'Look at a worker while it gets no more:', command: 'rt workers cordon w1' },
    { description: 'Give it sessions again:', command: 'rt workers uncordon w1' },
    { description: 'What would change:', command: 'rt workers cordon w1 w2 --dry-run' },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Ids of workers.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(dryRunSection);

  override async run(): Promise<unknown> {
    const { dryRun } = this.settings(dryRunSection);
    if (!dryRun) this.refuseIfReadOnly('Cordoning a worker');
    return withCluster(this.global, async ({ registry: { fleet, control } }) => {
      const workers = await findWorkers(fleet, this.operands);
      const asked = await wishWorkers(control, workers, { wish: 'cordon', isDryRun: dryRun });
      if (!this.jsonEnabled()) for (const each of asked) this.output.line(outcomeText(each));
      const changed = asked.filter(({ outcome }) => outcome === 'asked').map(({ worker }) => worker.id);
      if (changed.length > 0) this.output.note(`Undo it with: rt workers uncordon ${changed.join(' ')}`);
      return wishDocument('cordon', asked, dryRun);
    });
  }
}

function outcomeText({ worker: { id, activeSessions, wish }, outcome }: Asked): string {
  switch (outcome) {
    case 'asked':
      return `${id}: cordoned, ${sessionsText(activeSessions)} on it`;
    case 'would_ask':
      return `${id}: would be cordoned, ${sessionsText(activeSessions)} on it`;
    case 'offline':
      return `${id}: is offline, so there is nothing to cordon`;
    default:
      return wish === 'cordon' ? `${id}: is cordoned already` : `${id}: drains, and takes no session anyway`;
  }
}
