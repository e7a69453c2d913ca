import type { Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { benchCaptionsSection } from '../../config/settings/bench-captions.ts';

export default class BenchCaptions extends BenchCommand {
  static override summary: string = 'Measure how much later readers of live text have it than its speaker.';
  static override description: string =
    'One speaker, and readers of what is published of his session (--redis). Each text is counted from when the speaker ' +
    'received it until a reader did, by one clock; what never came or came again is counted by its number.';
  static override examples: Examples = [
    {
      description: 'Fifty readers, five of them slow:',
      command: 'rt bench captions --redis redis://127.0.0.1:6379',
    },
    {
      description: 'Many readers for a minute:',
      command: 'rt bench captions --readers 500 --slow 0 --seconds 60',
    },
    {
      description: 'A gate for CI:',
      command:
        "rt bench captions --threshold 'fanout_p99<=50' --threshold 'lost==0' --threshold 'doubled==0'",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchCaptionsSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchCaptionsSection);
    const { readers, slow, channelPrefix } = config;
    if (slow > readers) throw new RtError('usage', 'There are more slow readers than readers');
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const gateway = config.url ?? this.global.gateway;
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { CAPTIONS_METRICS, runCaptions } = await import('../../bench/captions/captions-run.ts');
    const { prepareCrowd } = await import('../../app/bench-crowd.ts');
    const { withCaptionStore } = await import('../../app/bench-captions.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(CAPTIONS_METRICS, text));
    const { wire, ...speaker } = await prepareCrowd(config, { gateway, signal });
    const { url } = wire;
    const durationMs = config.seconds * 1000;
    const { voidLatenessMs } = config;
    const measured = await withCaptionStore(this.global.redis, (store) =>
      runCaptions({ ...speaker, url, store, readers, slow, channelPrefix, durationMs, voidLatenessMs }),
    );
    const settings = this.settingsOf(benchCaptionsSection, config, { target: url });
    return this.conclude({ measured, settings, thresholds, out: config.out });
  }
}
