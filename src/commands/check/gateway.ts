import type { Interfaces } from '@oclif/core';
import type { CheckOutcome } from '../../app/check/outcome.ts';
import { systemClock } from '../../base/clock.ts';
import type { Examples } from '../../cli/base-command.ts';
import { CheckCommand } from '../../cli/check-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import { type CheckConfig, checkGatewaySection } from '../../config/settings/check.ts';

export default class CheckGateway extends CheckCommand {
  static override summary: string = 'Check that one gateway takes callers, and how soon a session begins.';
  static override description: string =
    'Asks --gateway for its readiness and its overload, and opens a session without audio (not with read_only). ' +
    'Critical: no answer, not ready, refuses sessions, or begins one later than --crit. ' +
    'Ends with 0, 10 (warning), 11 (critical) or 5 (could not be checked); with --format nagios 0 to 3.';
  static override examples: Examples = [
    { description: 'Now, for a person:', command: 'rt check gateway' },
    {
      description: 'As a plugin of a monitor:',
      command: 'rt check gateway --gateway wss://stt.example --format nagios --warn 500ms --crit 2s',
    },
    { description: 'What is wrong:', command: "rt check gateway --json | jq -r '.problems[].text'" },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(checkGatewaySection);

  override run(): Promise<unknown> {
    const config = this.bounds(checkGatewaySection, 'most');
    const subject = this.global.gateway;
    return this.conclude({ name: 'gateway', subject, look: () => this.look(config) }, config);
  }

  private async look(bounds: CheckConfig<number>): Promise<CheckOutcome> {
    const { gatherGatewayFacts } = await import('../../app/check/gateway-facts.ts');
    const { judgeGateway } = await import('../../app/check/judge-gateway.ts');
    const { gateway, readOnly } = this.global;
    const facts = await gatherGatewayFacts({
      gateway,
      clock: systemClock,
      timeoutMs: this.stepTimeoutMs,
      mayOpen: !readOnly,
    });
    return judgeGateway(facts, bounds);
  }
}
