/** What commands have in common whose wish the registry itself obeys: they are done once it stands there. */
import { Args, type Interfaces } from '@oclif/core';
import { findWorkers } from '../app/find-workers.ts';
import { type Asked, type Wish, wishDocument, wishWorkers } from '../app/wish-workers.ts';
import { dryRunSection } from '../config/settings/control.ts';
import { BaseCommand } from './base-command.ts';
import { withCluster } from './cluster.ts';
import { flagsOf } from './flags.ts';

export abstract class WishCommand extends BaseCommand {
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Ids of workers.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(dryRunSection);

  protected abstract readonly wish: Wish['wish'];
  /** As the subject of a sentence. */
  protected abstract readonly deed: string;
  /** The command that takes it back. */
  protected abstract readonly undoneBy: string;

  protected abstract outcomeText(asked: Asked): string;

  override async run(): Promise<unknown> {
    const { dryRun } = this.settings(dryRunSection);
    if (!dryRun) this.refuseIfReadOnly(this.deed);
    return withCluster(this.global, async ({ registry: { fleet, control } }) => {
      const workers = await findWorkers(fleet, this.operands);
      const asked = await wishWorkers(control, workers, { wish: this.wish, isDryRun: dryRun });
      if (!this.jsonEnabled()) for (const each of asked) this.output.line(this.outcomeText(each));
      const changed = asked.filter(({ outcome }) => outcome === 'asked').map(({ worker }) => worker.id);
      if (changed.length > 0) this.output.note(`Undo it with: ${this.undoneBy} ${changed.join(' ')}`);
      if (asked.some(({ outcome }) => outcome === 'too_late')) {
        this.output.warn('A drain that has begun is not called off; start another worker in its place.');
      }
      return wishDocument(this.wish, asked, dryRun);
    });
  }
}
