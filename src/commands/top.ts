import type { Interfaces } from '@oclif/core';
import { systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withCluster } from '../cli/cluster.ts';
import { withDeadline } from '../cli/deadline.ts';
import { flagsOf } from '../cli/flags.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { type TopConfig, topSection } from '../config/settings/top.ts';
import type { FleetView } from '../registry/ports.ts';
import type { View } from '../tui/view.ts';

export default class Top extends BaseCommand {
  static override summary: string = 'Watch workers, sessions and live transcripts of a cluster.';
  static override description: string =
    'Reads Redis alone, once per interval. Without a terminal it prints one snapshot.';
  static override examples: Examples = [
    { description: 'Watch the cluster; ? shows the keys:', command: 'rt top' },
    { description: 'One look, for a log:', command: 'rt top --once' },
    {
      description: 'What is wrong, for a script:',
      command: "rt top --json | jq -r '.alerts[].text'",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(topSection);

  override async run(): Promise<unknown> {
    const config = this.settings(topSection);
    await checkFilter(config);
    const isLive = process.stdout.isTTY && !config.once && !this.jsonEnabled();
    return withCluster(this.global, async ({ registry: { fleet } }) =>
      isLive ? this.watch(fleet, config) : this.printOnce(fleet, config.once),
    );
  }

  private async watch(fleet: FleetView, config: TopConfig): Promise<void> {
    const { parseRedisUrl } = await import('../registry/redis-url.ts');
    const { watchFleet } = await import('../tui/watch-fleet.tsx');
    await watchFleet({
      fleet,
      actions: undefined,
      clock: systemClock,
      intervalMs: config.intervalMs,
      view: config.view,
      filter: config.filter ?? '',
      limits: {
        isReadOnly: this.global.readOnly,
        confirmsByName: config.confirm === 'name',
        hasTranscripts: !config.noTranscripts,
      },
      folder: process.cwd(),
      target: parseRedisUrl(this.global.redis).description,
      color: this.global.color,
      ascii: this.global.ascii,
      stdin: process.stdin,
      stdout: process.stdout,
      signal: withDeadline(abortOnStopSignal(), this.global.timeoutMs),
    });
  }

  private async printOnce(fleet: FleetView, isAskedFor: boolean): Promise<unknown> {
    const { snapshotDocument } = await import('../tui/snapshot-document.ts');
    const { snapshotText } = await import('../tui/snapshot-text.ts');
    const view = await lookOnce(fleet);
    if (!this.jsonEnabled()) {
      if (!isAskedFor) this.output.note('No terminal on stdout: one snapshot.');
      this.output.line(snapshotText(view, this.global));
    }
    return snapshotDocument(view, systemClock.date());
  }
}

/** A filter is judged before the terminal is taken. @throws RtError usage */
async function checkFilter({ view, filter }: TopConfig): Promise<void> {
  const { FIELDS } = await import('../tui/fields.ts');
  const { parseFilter } = await import('../tui/filter.ts');
  const parsed = parseFilter(filter ?? '', FIELDS[view]);
  if (parsed.type === 'invalid') throw new RtError('usage', `--filter ${filter ?? ''}: ${parsed.message}`);
}

async function lookOnce(fleet: FleetView): Promise<View> {
  const { takeOnce } = await import('../tui/feed.ts');
  const { viewOf } = await import('../tui/view.ts');
  const state = await takeOnce(fleet, systemClock);
  return viewOf(state, state.sampledAtMs);
}
