import type { Interfaces } from '@oclif/core';
import type { Cluster } from '../app/open-registry.ts';
import { VERSION } from '../app/version.ts';
import { systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withCluster } from '../cli/cluster.ts';
import { withDeadline } from '../cli/deadline.ts';
import { flagsOf } from '../cli/flags.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { gatewaySection } from '../config/settings/gateway.ts';
import { type TopConfig, topSection } from '../config/settings/top.ts';
import type { FleetActions } from '../tui/effects/fleet-actions.ts';
import type { Recording } from '../tui/recording/read-recording.ts';
import type { RecordingHeader } from '../tui/recording/recording.ts';
import type { LiveFleet, Source } from '../tui/feed/source.ts';
import type { View } from '../tui/state/view.ts';

interface Shown {
  readonly source: Source;
  /** Undefined where there is nothing to change. */
  readonly actions: FleetActions | undefined;
  readonly target: string;
  readonly hasText: boolean;
  /** A recording is over and cannot be changed. */
  readonly isPast: boolean;
}

interface Printed {
  /** For stderr; empty for none. */
  readonly note: string;
  readonly date: Date;
  readonly config: TopConfig;
}

export default class Top extends BaseCommand {
  static override summary: string = 'Watch workers, sessions and live transcripts of a cluster.';
  static override description: string =
    'Reads Redis alone, once per interval. Without a terminal it prints one snapshot.';
  static override examples: Examples = [
    { description: 'Watch the cluster; ? shows the keys:', command: 'rt top' },
    { description: 'What is wrong, for a script:', command: "rt top --json | jq -r '.alerts[].text'" },
    {
      description: 'Keep an incident, and look at it again:',
      command: 'rt top --record incident.jsonl; rt top --replay incident.jsonl --speed 4',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(topSection);

  override async run(): Promise<unknown> {
    const config = this.settings(topSection);
    await checkFilter(config);
    const isLive = process.stdout.isTTY && !config.once && !this.jsonEnabled();
    if (config.replay !== undefined) return this.replay(config, config.replay, isLive);
    return withCluster(this.global, async (cluster) => {
      const { liveSource } = await import('../tui/feed/source.ts');
      const { channelPrefix } = this.settings(gatewaySection);
      const live = await openSource(cluster, config, channelPrefix);
      const source = liveSource(live);
      const { parseRedisUrl } = await import('../registry/redis-url.ts');
      const target = parseRedisUrl(this.global.redis).description;
      const hasText = !config.noTranscripts;
      if (isLive) {
        const { fleetActions } = await import('../tui/effects/fleet-actions.ts');
        const actions = fleetActions(cluster.registry.control);
        return this.watch(config, { source, actions, target, hasText, isPast: false });
      }
      if (config.record !== undefined) return this.record(config, { source, target, path: config.record });
      const note = config.once ? '' : 'No terminal on stdout: one snapshot.';
      const { lookAt } = await import('../tui/feed/look-at.ts');
      return this.printView(await lookAt(live.fleet, systemClock), {
        note,
        date: systemClock.date(),
        config,
      });
    });
  }

  private async watch(config: TopConfig, shown: Shown): Promise<void> {
    const { watchFleet } = await import('../tui/watch-fleet.tsx');
    const { target, actions, hasText, isPast } = shown;
    const { record: path } = config;
    await watchFleet({
      source: shown.source,
      recording: path === undefined ? undefined : { path, header: headerOf(config, target) },
      actions,
      intervalMs: config.intervalMs,
      view: config.view,
      filter: config.filter ?? '',
      limits: {
        isReadOnly: this.global.readOnly || isPast,
        confirmsByName: config.confirm === 'name',
        hasTranscripts: hasText,
      },
      folder: process.cwd(),
      target,
      color: this.global.color,
      ascii: this.global.ascii,
      stdin: process.stdin,
      stdout: process.stdout,
      signal: withDeadline(abortOnStopSignal(), this.global.timeoutMs),
    });
  }

  private async replay(config: TopConfig, path: string, isLive: boolean): Promise<unknown> {
    if (config.record !== undefined) {
      throw new RtError('usage', '--record and --replay exclude each other', {
        hint: 'a recording is a file: copy it',
      });
    }
    const recording = await openReplay(path, config);
    if (isLive) {
      const { createReplay } = await import('../tui/recording/replay.ts');
      const { replaySource } = await import('../tui/recording/replay-source.ts');
      const { hasText, target } = recording.header;
      const source = replaySource(createReplay(recording, { real: systemClock, speed: config.speed }));
      return this.watch(config, {
        source,
        actions: undefined,
        target: `replay of ${target}`,
        hasText,
        isPast: true,
      });
    }
    const { lastOf } = await import('../tui/recording/replay.ts');
    const { viewOf } = await import('../tui/state/view.ts');
    const { state, date, notice } = await lastOf(recording);
    return this.printView(viewOf(state, state.sampledAtMs), { note: notice, date, config });
  }

  private async record(
    config: TopConfig,
    { source, target, path }: { readonly source: Source; readonly target: string; readonly path: string },
  ): Promise<unknown> {
    const { recordFleet } = await import('../tui/recording/record-fleet.ts');
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const onBegun = (): void => this.output.note(`Recording into ${path} until --timeout or a signal.`);
    let isWhole = true;
    const warn = (message: string): void => {
      isWhole = false;
      this.output.warn(message);
    };
    const header = headerOf(config, target);
    const { intervalMs } = config;
    await recordFleet({ source, path, header, intervalMs, onBegun, warn, signal });
    const reason: unknown = signal.reason;
    // The end of the time is the end that was asked for.
    if (!(reason instanceof RtError && reason.code === 'timeout')) signal.throwIfAborted();
    return { schema: 'rt.top-recorded/v1', path, complete: isWhole };
  }

  private async printView(view: View, { note, date, config }: Printed): Promise<unknown> {
    const { view: name, filter, noTranscripts } = config;
    if (note !== '' && !this.jsonEnabled()) this.output.note(note);
    if (name !== 'overview' || filter !== undefined) {
      const { createUi } = await import('../tui/choice/ui.ts');
      const { viewDocument } = await import('../tui/export/view-document.ts');
      const { viewText } = await import('../tui/export/view-text.ts');
      const ui = createUi({ view: name, filter: filter ?? '', isTextHidden: noTranscripts });
      if (!this.jsonEnabled()) this.output.line(viewText(view, ui, { ascii: this.global.ascii, date }));
      return viewDocument(view, ui, date);
    }
    const { snapshotDocument } = await import('../tui/export/snapshot-document.ts');
    if (!this.jsonEnabled()) {
      const { snapshotText } = await import('../tui/export/snapshot-text.ts');
      this.output.line(snapshotText(view, this.global));
    }
    return snapshotDocument(view, date);
  }
}

function headerOf({ noTranscripts }: TopConfig, target: string): RecordingHeader {
  return { at: systemClock.date(), version: VERSION, target, hasText: !noTranscripts };
}

/** @throws RtError config_invalid */
async function openReplay(path: string, { noTranscripts }: TopConfig): Promise<Recording> {
  const { openRecording } = await import('../tui/recording/read-recording.ts');
  const { recordingWithoutText } = await import('../tui/recording/recording-without-text.ts');
  const recording = await openRecording(path);
  return noTranscripts ? recordingWithoutText(recording) : recording;
}

/** With `--no-transcripts` no text gets further than here. */
async function openSource(
  { registry, bus }: Cluster,
  config: TopConfig,
  channelPrefix: string,
): Promise<LiveFleet> {
  const { createTranscriptFeed } = await import('../app/follow-fleet.ts');
  const live = {
    fleet: registry.fleet,
    transcripts: createTranscriptFeed({ bus, channelPrefix }),
    clock: systemClock,
  };
  if (!config.noTranscripts) return live;
  const { feedWithoutText, fleetWithoutText } = await import('../tui/feed/without-text.ts');
  return {
    ...live,
    fleet: fleetWithoutText(live.fleet),
    transcripts: feedWithoutText(live.transcripts),
  };
}

/** A filter is judged before the terminal is taken. @throws RtError usage */
async function checkFilter({ view, filter }: TopConfig): Promise<void> {
  const { FIELDS } = await import('../tui/list/fields.ts');
  const { parseFilter } = await import('../tui/list/filter.ts');
  const parsed = parseFilter(filter ?? '', FIELDS[view]);
  if (parsed.type === 'invalid') throw new RtError('usage', `--filter ${filter ?? ''}: ${parsed.message}`);
}
