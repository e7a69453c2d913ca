import type { Interfaces } from '@oclif/core';
import type { Clip } from '../../bench/program.ts';
import type { JudgedStep, LoadOptions } from '../../bench/load-run.ts';
import type { BenchWire } from '../../bench/wire.ts';
import { systemClock } from '../../base/clock.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { type BenchLoadConfig, benchLoadSection } from '../../config/settings/bench-load.ts';

export default class BenchLoad extends BenchCommand {
  static override summary: string =
    'Measure how late results are under load, and how many sessions are held.';
  static override description: string =
    'Many sessions speak at once, each at the pace of speech; every message leaves at an instant planned beforehand. ' +
    'A lag is counted from when audio was due, so that a stalled server cannot hide. A step whose generator was late ' +
    'itself is void. docs/bench.md defines every figure. Only the JSON document and the table go to stdout.';
  static override examples: Examples = [
    { description: 'One gateway, a few loads:', command: 'rt bench load --sessions 1,8,32' },
    {
      description: 'How many sessions a worker holds:',
      command: 'rt bench load --worker ws://127.0.0.1:9000 --ladder auto --sessions 16',
    },
    {
      description: 'Another server, by rules that favour it:',
      command: 'rt bench load --vosk ws://127.0.0.1:2700 --slo-ms 500 --sessions 1,8',
    },
    {
      description: 'A gate for CI, with the run kept:',
      command: "rt bench load --seconds 30 --threshold 'resp_lag_p95<=160' --threshold 'errors==0' --out run",
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(benchLoadSection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchLoadSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { DEMO_CLIP, readClips } = await import('../../bench/clips.ts');
    const { parseThreshold } = await import('../../bench/threshold.ts');
    const { runLoad } = await import('../../bench/load-run.ts');
    const { loadDocument } = await import('../../bench/load-document.ts');
    const { describeEnvironment } = await import('../../bench/environment.ts');
    const { VERSION } = await import('../../app/version.ts');
    const { createBenchWire } = await import('../../app/bench-wire.ts');
    const thresholds = (config.threshold ?? []).map(parseThreshold);
    const wire = await createBenchWire(config, this.global.gateway);
    const clips = await readClips(config.audio ?? [DEMO_CLIP]);
    const result = await runLoad({
      ...loadOptions(config, { wire, clips }),
      signal,
      onStep: (step) => this.output.note(safeText(stepText(step))),
    });
    const document = loadDocument(result, {
      environment: describeEnvironment(VERSION),
      settings: this.settingsOf(benchLoadSection, config, { wire: wire.name, target: wire.url }),
      thresholds,
    });
    if (config.out !== undefined) {
      const { writeLoadFiles } = await import('../../bench/load-files.ts');
      await writeLoadFiles(config.out, document);
    }
    const { LOAD_COLUMNS, loadConclusion, loadRow } = await import('../../bench/load-table.ts');
    this.print({
      columns: LOAD_COLUMNS,
      rows: document.steps.map(loadRow),
      lines: loadConclusion(document),
    });
    this.judge(document);
    return document;
  }
}

function loadOptions(
  config: BenchLoadConfig,
  parts: { readonly wire: BenchWire; readonly clips: readonly Clip[] },
): Omit<LoadOptions, 'signal' | 'onStep'> {
  const { sessions, maxSessions, flushEveryS } = config;
  return {
    ...parts,
    gapMs: config.gapMs,
    frameMs: config.frameMs,
    seed: config.seed,
    warmupMs: config.warmupS * 1000,
    measuredMs: config.seconds * 1000,
    drainMs: config.drainS * 1000,
    flushEveryMs: flushEveryS === undefined ? undefined : flushEveryS * 1000,
    pids: config.pid ?? [],
    sloMs: config.sloMs,
    voidLatenessMs: config.voidLatenessMs,
    ladder:
      config.ladder === 'auto'
        ? { kind: 'auto', first: sessions[0] ?? 1, most: maxSessions }
        : { kind: 'list', loads: sessions },
    clock: systemClock,
  };
}

function stepText({ outcome, verdict }: JudgedStep): string {
  const { sessions, refused, failed, recorder } = outcome;
  const lag = (percent: number): string =>
    recorder.histograms.resp_lag.percentileMs(percent)?.toFixed(1) ?? '-';
  const told = [verdict.type, ...verdict.reasons].join(': ');
  return `${String(sessions)} sessions: resp_lag p50 ${lag(50)} p95 ${lag(95)} ms, ${String(refused)} refused, ${String(failed)} failed, ${told}`;
}
