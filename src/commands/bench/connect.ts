import type { Interfaces } from '@oclif/core';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchConnectSection } from '../../config/settings/bench-connect.ts';

export default class BenchConnect extends BenchCommand {
  static override summary: string = 'Measure how long new sessions wait until they may begin.';
  static override description: string =
    'New sessions come at a fixed rate, whether or not earlier ones were let in; each speaks for a moment and ends. ' +
    'The time until session.begin counts from the instant at which the connection was due. docs/bench.md defines every figure.';
  static override examples: Examples = [
    { description: 'Twenty new sessions a second for half a minute:', command: 'rt bench connect' },
    {
      description: 'Kept, to compare with later:',
      command: 'rt bench connect --rate 50 --out before',
    },
    {
      description: 'A gate for CI:',
      command:
        "rt bench connect --rate 50 --seconds 10 --threshold 'connect_p99<=100' --threshold 'refused==0'",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchConnectSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchConnectSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const gateway = config.url ?? this.global.gateway;
    const { prepareCrowd } = await import('../../app/bench-crowd.ts');
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { CONNECT_METRICS, runConnect } = await import('../../bench/connect-run.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(CONNECT_METRICS, text));
    const crowd = await prepareCrowd(config, { gateway, signal });
    // A server that is not there is told as such, and not as a rate of failures.
    const { probeModel } = await import('../../bench/probe.ts');
    await probeModel(crowd.wire, crowd.clock);
    const { rate, seconds, voidLatenessMs } = config;
    const holdMs = config.holdS * 1000;
    const measured = await runConnect({ ...crowd, rate, seconds, holdMs, voidLatenessMs });
    const settings = this.settingsOf(benchConnectSection, config, { target: crowd.wire.url });
    return this.conclude({ measured, settings, thresholds, out: config.out });
  }
}
