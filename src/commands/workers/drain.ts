import { Args, type Interfaces } from '@oclif/core';
import { awaitDeparture, type Departure } from '../../app/await-departure.ts';
import { findWorkers } from '../../app/find-workers.ts';
import { type Asked, sessionsWithoutRoom, wishDocument, wishWorkers } from '../../app/wish-workers.ts';
import { systemClock } from '../../base/clock.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { sessionsText } from '../../cli/count-text.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { drainSection } from '../../config/settings/control.ts';
import type { Registry } from '../../registry/ports.ts';

export default class WorkersDrain extends BaseCommand {
  static override summary: string = 'Move all sessions off workers, which then end.';
  static override description: string =
    'As SIGTERM does: no new session from now on, the running ones move to other workers between two utterances, and ' +
    'the process exits 0, or 12 past its --drain-timeout. A worker hears of it with its next heartbeat. A drain that ' +
    'has begun is not called off.';
  static override examples: Examples = [
    { description: 'Take a worker out, and wait until it has left:', command: 'rt workers drain w1 --wait' },
    { description: 'Whether there is room for its sessions:', command: 'rt workers drain w1 --dry-run' },
    {
      description: 'In a script, for two minutes at most:',
      command: 'rt workers drain w1 w2 --wait --timeout 2m --json',
    },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Ids of workers.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(drainSection);

  override async run(): Promise<unknown> {
    const { wait, dryRun } = this.settings(drainSection);
    if (!dryRun) this.refuseIfReadOnly('Draining a worker');
    const signal = abortOnStopSignal();
    return withCluster(this.global, async ({ registry }) => {
      const asked = await this.ask(registry, dryRun);
      const isAwaited = wait && !dryRun;
      if (!isAwaited && asked.some(({ outcome }) => outcome === 'asked')) {
        this.output.note(
          'Each leaves once its sessions have moved; start another worker to have one in its place.',
        );
      }
      const departures = isAwaited ? await this.wait(registry, asked, signal) : [];
      return documentOf(asked, { departures, dryRun });
    });
  }

  private async ask({ fleet, control }: Registry, isDryRun: boolean): Promise<readonly Asked[]> {
    const workers = await findWorkers(fleet, this.operands);
    const stranded = sessionsWithoutRoom(await fleet.workers(), workers);
    if (stranded > 0) {
      this.output.warn(
        `Other workers have no room for ${sessionsText(stranded)} of these; such stay until room comes or --drain-timeout of their worker ends them.`,
      );
    }
    const asked = await wishWorkers(control, workers, { wish: 'drain', isDryRun });
    for (const each of asked) this.result(outcomeText(each));
    return asked;
  }

  private async wait(
    { fleet }: Registry,
    asked: readonly Asked[],
    signal: AbortSignal,
  ): Promise<readonly Departure[]> {
    const workers = asked.map(({ worker }) => worker);
    const departures = await awaitDeparture({
      ...{ fleet, workers, signal, clock: systemClock, timeoutMs: this.global.timeoutMs },
      onProgress: ({ id, activeSessions }) => this.output.note(`${id}: ${sessionsText(activeSessions)} left`),
    });
    for (const [index, { id }] of workers.entries()) {
      this.result(departures[index] === 'lost' ? `${id}: was lost, not drained` : `${id}: has left`);
    }
    return departures;
  }

  private result(line: string): void {
    if (!this.jsonEnabled()) this.output.line(line);
  }
}

function outcomeText({ worker: { id, activeSessions }, outcome }: Asked): string {
  const sessions = sessionsText(activeSessions);
  switch (outcome) {
    case 'asked':
      return `${id}: asked to drain, with ${sessions}`;
    case 'would_ask':
      return `${id}: would be asked to drain, with ${sessions}`;
    case 'offline':
      return `${id}: is offline already`;
    default:
      return `${id}: drains already, with ${sessions}`;
  }
}

/** Of a command that did not wait `departure` is null: nobody looked. */
function documentOf(
  asked: readonly Asked[],
  { departures, dryRun }: { readonly departures: readonly Departure[]; readonly dryRun: boolean },
): unknown {
  const document = wishDocument('drain', asked, dryRun);
  return {
    ...document,
    workers: document.workers.map((worker, index) => ({ ...worker, departure: departures[index] ?? null })),
  };
}
