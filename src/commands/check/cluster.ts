import type { Interfaces } from '@oclif/core';
import type { CheckOutcome } from '../../app/check/outcome.ts';
import type { Examples } from '../../cli/base-command.ts';
import { CheckCommand } from '../../cli/check-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { type CheckConfig, checkClusterSection, type NumberOrPercent } from '../../config/settings/check.ts';

/** As many as the fleet's events are looked through for departures and refusals. */
const MOST_EVENTS = 1000;

export default class CheckCluster extends CheckCommand {
  static override summary: string = 'Check that a cluster can serve callers, with something to spare.';
  static override description: string =
    'Critical: no worker or no gateway, fewer free slots than --crit, refusals for overload. Warning: fewer free slots ' +
    'than --warn, workers lost within the hour, refusals and failovers of the last minute, silent gateways and routers, ' +
    'sessions that lag. Ends with 0, 10 (warning), 11 (critical) or 5 (could not be checked); with --format nagios 0 to 3.';
  static override examples: Examples = [
    { description: 'Now, for a person:', command: 'rt check cluster' },
    {
      description: 'As a plugin of a monitor:',
      command: 'rt check cluster --format nagios --warn 20% --crit 5%',
    },
    {
      description: 'For the textfile collector of Prometheus:',
      command: 'rt check cluster --format prometheus > /var/lib/node_exporter/rt.prom',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(checkClusterSection);

  override run(): Promise<unknown> {
    const config = this.settings(checkClusterSection);
    return this.conclude({ name: 'cluster', look: () => this.look(config) }, config);
  }

  private async look({ warn, crit }: CheckConfig<NumberOrPercent>): Promise<CheckOutcome> {
    const { withFleet } = await import('../../app/check/with-fleet.ts');
    const { judgeCluster, leftInOrder } = await import('../../app/check/judge-cluster.ts');
    const { lookAt } = await import('../../tui/feed/look-at.ts');
    const { redis, prefix } = this.global;
    return withFleet({ redis, prefix, connectTimeoutMs: this.stepTimeoutMs }, async (fleet, clock) => {
      const events = await fleet.events(MOST_EVENTS);
      return judgeCluster(await lookAt(fleet, clock), { warn, crit, left: leftInOrder(events) });
    });
  }
}
