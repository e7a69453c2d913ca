import type { Interfaces } from '@oclif/core';
import type { Measurement } from '../../bench/measurement.ts';
import type { SoakOptions } from '../../bench/soak/soak-run.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchSoakSection } from '../../config/settings/bench-soak.ts';

export default class BenchSoak extends BenchCommand {
  static override summary: string =
    'Let sessions come and go for a long time, and tell what is left of them.';
  static override description: string =
    'Memory and open files of the processes named with --pid, keys and leases of the store (--redis), failovers that nobody ' +
    'caused, and errors. Memory is judged by its slope after --settle-min.';
  static override examples: Examples = [
    {
      description: 'Half an hour at 80 % of the capacity:',
      command: 'rt bench soak --pid gateway=4711 --pid worker=4712',
    },
    {
      description: 'Ten minutes with callers that come and go quickly:',
      command: 'rt bench soak --minutes 10 --life-s 2..5',
    },
    {
      description: 'A night, as a gate:',
      command:
        "rt bench soak --minutes 600 --sessions 40 --threshold 'rss_slope_mb_h<=5' --threshold 'false_failovers==0'",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchSoakSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchSoakSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const gateway = config.url ?? this.global.gateway;
    const { prepareCrowd } = await import('../../app/bench-crowd.ts');
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { SOAK_METRICS, runSoak } = await import('../../bench/soak/soak-run.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(SOAK_METRICS, text));
    const { parseNamedPid } = await import('../../bench/soak/process-growth.ts');
    const processes = (config.pid ?? []).map(parseNamedPid);
    const crowd = await prepareCrowd(config, { gateway, signal });
    const { probeModel } = await import('../../bench/probe.ts');
    await probeModel(crowd.wire, crowd.clock);
    const sessions = config.sessions ?? (await shareOfCapacity(gateway, config.share));
    const run = (countStore: SoakOptions['countStore']): Promise<Measurement> =>
      runSoak({
        ...crowd,
        ...{ sessions, processes, countStore, lifeMs: config.lifeS, voidLatenessMs: config.voidLatenessMs },
        durationMs: config.minutes * MS_PER_MIN,
        settleMs: config.settleMin * MS_PER_MIN,
      });
    const { withStoreCount } = await import('../../app/bench-store.ts');
    const { redis: redisUrl, prefix } = this.global;
    const measured = this.isRedisNamed
      ? await withStoreCount({ redisUrl, prefix }, run)
      : await run(undefined);
    const settings = this.settingsOf(benchSoakSection, config, { target: crowd.wire.url });
    return this.conclude({ measured, settings, thresholds, out: config.out });
  }
}

const MS_PER_MIN = 60_000;

async function shareOfCapacity(gateway: string, share: number): Promise<number> {
  const { fleetCapacity } = await import('../../bench/fleet-capacity.ts');
  return Math.max(1, Math.round((await fleetCapacity(gateway)) * share));
}
