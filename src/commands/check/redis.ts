import type { Interfaces } from '@oclif/core';
import type { CheckOutcome } from '../../app/check/outcome.ts';
import { systemClock } from '../../base/clock.ts';
import type { Examples } from '../../cli/base-command.ts';
import { CheckCommand } from '../../cli/check-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { type CheckConfig, checkRedisSection } from '../../config/settings/check.ts';

export default class CheckRedis extends CheckCommand {
  static override summary: string = 'Check that Redis answers, takes writes, and is set up as it must be.';
  static override description: string =
    'Critical: no answer, refuses writes, a replica, too old, or pings slower than --crit. Warning: may evict records, ' +
    'nearly full, clocks apart, slow commands, or pings slower than --warn. Wrong credentials are UNKNOWN. ' +
    'Ends with 0, 10 (warning), 11 (critical) or 5 (could not be checked); with --format nagios 0 to 3.';
  static override examples: Examples = [
    { description: 'Now, for a person:', command: 'rt check redis' },
    {
      description: 'As a plugin of a monitor:',
      command: 'rt check redis --format nagios --warn 10ms --crit 100ms',
    },
    { description: 'With what to do about it:', command: 'rt doctor redis --fix-hints' },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(checkRedisSection);

  override run(): Promise<unknown> {
    const config = this.bounds(checkRedisSection, 'most');
    return this.conclude({ name: 'redis', look: () => this.look(config) }, config);
  }

  private async look(bounds: CheckConfig<number>): Promise<CheckOutcome> {
    const { gatherRedisFacts } = await import('../../app/doctor/redis-facts.ts');
    const { judgeRedis } = await import('../../app/check/judge-redis.ts');
    const { redis: url, prefix, readOnly } = this.global;
    const facts = await gatherRedisFacts({
      ...{ url, prefix, clock: systemClock },
      timeoutMs: this.stepTimeoutMs,
      mayWrite: !readOnly,
    });
    // Who is not let in has not seen whether all is well.
    if (facts.type === 'unreachable' && facts.fault.code === 'config_invalid') throw facts.fault;
    return judgeRedis(facts, bounds);
  }
}
