import type { Interfaces } from '@oclif/core';
import type { CheckOutcome } from '../../app/check/outcome.ts';
import type { Examples } from '../../cli/base-command.ts';
import { CheckCommand } from '../../cli/check-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { type CheckConfig, checkLatencySection } from '../../config/settings/check.ts';

export default class CheckLatency extends CheckCommand {
  static override summary: string = 'Check that results come soon enough, by what gateways measure.';
  static override description: string =
    'The p95 of the slowest gateway over the last minutes, from the arrival of audio to the result that needed it. ' +
    'While nobody speaks nothing is known: UNKNOWN. ' +
    'Ends with 0, 10 (warning), 11 (critical) or 5 (could not be checked); with --format nagios 0 to 3.';
  static override examples: Examples = [
    { description: 'Now, for a person:', command: 'rt check latency' },
    {
      description: 'As a plugin of a monitor:',
      command: 'rt check latency --format nagios --warn 800ms --crit 1.5s',
    },
    { description: 'The figure alone:', command: "rt check latency --json | jq '.measures[0].value'" },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(checkLatencySection);

  override run(): Promise<unknown> {
    const config = this.bounds(checkLatencySection, 'most');
    return this.conclude({ name: 'latency', look: () => this.look(config) }, config);
  }

  private async look(bounds: CheckConfig<number>): Promise<CheckOutcome> {
    const { withFleet } = await import('../../app/check/with-fleet.ts');
    const { judgeLatency } = await import('../../app/check/judge-latency.ts');
    const { lookAt } = await import('../../tui/feed/look-at.ts');
    const { redis, prefix } = this.global;
    return withFleet({ redis, prefix, connectTimeoutMs: this.stepTimeoutMs }, async (fleet, clock) =>
      judgeLatency((await lookAt(fleet, clock)).gateways, bounds),
    );
  }
}
