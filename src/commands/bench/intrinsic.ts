import type { Interfaces } from '@oclif/core';
import { systemClock } from '../../base/clock.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchIntrinsicSection } from '../../config/settings/bench-intrinsic.ts';

export default class BenchIntrinsic extends BenchCommand {
  static override summary: string = 'Measure what this machine itself adds to every measurement.';
  static override description: string =
    'How late timers come, how long the event loop and a busy thread are kept from running, how fine the clock is, how long ' +
    'a message takes through a socket and back; and what that means for measurements made here. It speaks to no server.';
  static override examples: Examples = [
    { description: 'Before measuring:', command: 'rt bench intrinsic' },
    {
      description: 'Through a whole minute, kept beside the runs:',
      command: 'rt bench intrinsic --seconds 60 --out jitter',
    },
    {
      description: 'Refuse to measure on a busy machine:',
      command: "rt bench intrinsic --seconds 5 --threshold 'timer_lateness_p99<=3' && rt bench load",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchIntrinsicSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchIntrinsicSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { INTRINSIC_METRICS, runIntrinsic } = await import('../../bench/intrinsic/intrinsic-run.ts');
    const { intrinsicMeaning } = await import('../../bench/intrinsic/meaning.ts');
    const { concludeBench } = await import('../../app/bench-report.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(INTRINSIC_METRICS, text));
    const durationMs = config.seconds * 1000;
    const measured = await runIntrinsic({ clock: systemClock, durationMs, signal });
    const settings = this.settingsOf(benchIntrinsicSection, config, { target: 'this machine' });
    const { document, ...report } = await concludeBench({ measured, settings, thresholds, out: config.out });
    this.print({ ...report, lines: [...report.lines, ...intrinsicMeaning(document)] });
    this.judge(document);
    return document;
  }
}
