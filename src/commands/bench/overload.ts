import type { Interfaces } from '@oclif/core';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchOverloadSection } from '../../config/settings/bench-overload.ts';

export default class BenchOverload extends BenchCommand {
  static override summary: string =
    'Offer a cluster more than it holds: who is served how well, and how soon it is over.';
  static override description: string =
    'Several times the capacity of sessions come at once; who is refused comes again when the hint says so. Then half of the ' +
    'capacity is offered, and the seconds are counted until results are in time and nobody is refused any more.';
  static override examples: Examples = [
    { description: 'Three times what the gateway says the cluster holds:', command: 'rt bench overload' },
    {
      description: 'A gate for CI:',
      command: "rt bench overload --times 3 --threshold 'goodput_share>=0.9' --threshold 'recover_s<=10'",
    },
    {
      description: 'A cluster that does not tell its capacity:',
      command: 'rt bench overload --capacity 40 --url wss://stt.example.com',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchOverloadSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchOverloadSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const gateway = config.url ?? this.global.gateway;
    const { prepareCrowd } = await import('../../app/bench-crowd.ts');
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { OVERLOAD_METRICS, runOverload } = await import('../../bench/overload/overload-run.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(OVERLOAD_METRICS, text));
    const crowd = await prepareCrowd(config, { gateway, signal });
    const { fleetCapacity } = await import('../../bench/fleet-capacity.ts');
    const { probeModel } = await import('../../bench/probe.ts');
    const { chunkOf } = await import('../../bench/load-run.ts');
    const model = await probeModel(crowd.wire, crowd.clock);
    const measured = await runOverload({
      ...crowd,
      ...{ model, times: config.times, lifeMs: config.lifeS, voidLatenessMs: config.voidLatenessMs },
      sloMs: config.sloMs ?? chunkOf(crowd.wire, model),
      capacity: config.capacity ?? (await fleetCapacity(gateway)),
      warmupMs: config.warmupS * 1000,
      measuredMs: config.seconds * 1000,
      afterMs: config.afterS * 1000,
    });
    const settings = this.settingsOf(benchOverloadSection, config, { target: crowd.wire.url });
    return this.conclude({ measured, settings, thresholds, out: config.out });
  }
}
