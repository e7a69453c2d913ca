import { Args, type Interfaces } from '@oclif/core';
import { findWorkers } from '../../app/find-workers.ts';
import { type Removed, removeWorkers } from '../../app/remove-workers.ts';
import { systemClock } from '../../base/clock.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { confirm } from '../../cli/confirm.ts';
import { sessionsText } from '../../cli/count-text.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { confirmedSection } from '../../config/settings/control.ts';
import type { WorkerView } from '../../registry/ports.ts';

export default class WorkersRemove extends BaseCommand {
  static override summary: string =
    'Forget workers: those that are gone at once, living ones once they have drained.';
  static override description: string =
    'A worker that is offline would be forgotten by itself after an hour. One that lives is drained first, which needs ' +
    'to be confirmed. Sessions are never ended by this command; one that forgot a worker too early does no harm: the ' +
    'worker registers again.';
  static override examples: Examples = [
    { description: 'Tidy up after a host that will not come back:', command: 'rt workers remove w1' },
    { description: 'What would be drained:', command: 'rt workers remove w1 w2 --dry-run' },
    { description: 'Drain and forget, in a script:', command: 'rt workers remove w1 --yes --timeout 2m' },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Ids of workers.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(confirmedSection);

  override async run(): Promise<unknown> {
    const { yes, dryRun } = this.settings(confirmedSection);
    if (!dryRun) this.refuseIfReadOnly('Removing a worker');
    const signal = abortOnStopSignal();
    return withCluster(this.global, async ({ registry }) => {
      const workers = await findWorkers(registry.fleet, this.operands);
      const living = workers.filter(({ status }) => status !== 'offline');
      if (dryRun) {
        const planned = workers.map((worker): Removed => ({ worker, outcome: 'would_remove' }));
        return this.conclude(planned, dryRun);
      }
      if (living.length > 0) await confirm({ what: drainText(living), isGiven: yes, signal });
      const removed = await removeWorkers({
        ...{ registry, workers, signal, clock: systemClock, timeoutMs: this.global.timeoutMs },
        onProgress: ({ id, activeSessions }) =>
          this.output.note(`${id}: ${sessionsText(activeSessions)} left`),
      });
      this.output.note('Nothing to undo: a worker that is started registers by itself.');
      return this.conclude(removed, dryRun);
    });
  }

  private conclude(removed: readonly Removed[], dryRun: boolean): unknown {
    if (!this.jsonEnabled()) for (const each of removed) this.output.line(outcomeText(each));
    return {
      schema: 'rt.workers-remove/v1',
      dry_run: dryRun,
      workers: removed.map(({ worker: { id, status, activeSessions }, outcome }) => ({
        id,
        outcome,
        status_before: status,
        active_sessions: activeSessions,
      })),
    };
  }
}

function drainText(living: readonly WorkerView[]): string {
  const each = living.map(({ id, activeSessions }) => `${id} (${sessionsText(activeSessions)})`);
  return `${each.join(', ')} ${living.length === 1 ? 'lives' : 'live'} and would be drained first`;
}

function outcomeText({ worker: { id, status, activeSessions }, outcome }: Removed): string {
  if (outcome === 'removed') return `${id}: forgotten`;
  const first = status === 'offline' ? '' : `drained, with ${sessionsText(activeSessions)}, and `;
  return `${id}: would be ${first}forgotten`;
}
