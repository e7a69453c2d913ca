import type { Interfaces } from '@oclif/core';
import type { TrialResult } from '../../chaos/run/rehearse.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchFailoverSection } from '../../config/settings/bench-failover.ts';

export default class BenchFailover extends BenchCommand {
  static override summary: string = 'Measure the gap that a lost worker or gateway leaves in the text.';
  static override description: string =
    'Starts clusters of its own with beacon workers, kills or stops what a session is on at moments drawn from the seed, and ' +
    'compares when each word came with a run without a fault. Words that are lost, doubled or out of order are counted.';
  static override examples: Examples = [
    { description: 'Ten trials of each:', command: 'rt bench failover' },
    {
      description: 'One of them, with more callers:',
      command: 'rt bench failover --scenario gateway-kill --sessions 16',
    },
    {
      description: 'A gate for CI:',
      command:
        "rt bench failover --scenario worker-kill --trials 20 --threshold 'gap_p95<=1000' --threshold 'lost==0'",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchFailoverSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchFailoverSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { FAILOVER_METRICS, runFailover } = await import('../../app/bench-failover.ts');
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { SCENARIOS } = await import('../../chaos/run/scenario-list.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(FAILOVER_METRICS, text));
    const { trials, sessions, seed } = config;
    const measured = await runFailover({
      scenarios: SCENARIOS.filter(({ name }) => config.scenario.some((wanted) => wanted === name)),
      ...{ trials, sessions, seed, signal },
      onTrial: ({ name }, trial) => this.output.note(trialText(name, trial)),
    });
    const settings = this.settingsOf(benchFailoverSection, config, { target: 'a cluster of its own' });
    return this.conclude({ measured, settings, thresholds, out: config.out });
  }
}

function trialText(scenario: string, { trial, arm, label, verdict }: TrialResult): string {
  const broken = verdict.invariants.filter(({ ok }) => !ok).map(({ id }) => id);
  const told = broken.length === 0 ? 'ok' : `violated ${broken.join(' ')}`;
  return `${scenario} ${String(trial)} (${arm}): ${label}, ${told}`;
}
