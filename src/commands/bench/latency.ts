import { Args, type Interfaces } from '@oclif/core';
import type { LatencyDocument } from '../../bench/latency/latency-document.ts';
import type { JudgedRun, LatencyOptions, LatencyResult } from '../../bench/latency/latency-run.ts';
import type { BenchWire } from '../../bench/wire.ts';
import { systemClock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { BenchCommand, type Judged } from '../../cli/bench-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { type BenchLatencyConfig, benchLatencySection } from '../../config/settings/bench-latency.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const GENERATOR_LATE =
  'The generator was the bottleneck: give it a higher priority (nice -n -5 rt bench …), fewer sessions or another machine.';

export default class BenchLatency extends BenchCommand {
  static override summary: string = 'Measure how long words take from being spoken to being shown and final.';
  static override description: string =
    'Clips are spoken in real time by each load of sessions, several times over. Each word counts from the instant at ' +
    'which its last sample was due to the message that first shows it, that shows it to stay, and that makes it final; ' +
    'for that the manifest beside a clip says when its words are spoken, and beacon audio says it itself. ' +
    'docs/bench.md defines every figure. Only the JSON document and the table go to stdout.';
  static override examples: Examples = [
    { description: 'The bundled clip, three loads:', command: 'rt bench latency --sessions 1,2,4' },
    {
      description: 'Where the time goes, against the budget:',
      command: 'rt bench latency digits.wav --stages --pid 4712',
    },
    {
      description: 'A gate for CI, against an earlier run:',
      command: "rt bench latency --duration 20s --threshold 'word_final_p95<900' --baseline main --out run",
    },
  ];
  static override args: Interfaces.ArgInput = {
    clip: Args.string({
      description: 'Files, folders or manifests; without any, the bundled clip.',
      ignoreStdin: true,
    }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(benchLatencySection);

  override async run(): Promise<unknown> {
    const config = this.settings(benchLatencySection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { parseThresholdOf } = await import('../../bench/threshold.ts');
    const { LATENCY_METRICS } = await import('../../bench/latency/run-document.ts');
    const { latencyDocument } = await import('../../bench/latency/latency-document.ts');
    const { readBaseline, compareWithBaseline } = await import('../../bench/latency/baseline.ts');
    const { describeEnvironment } = await import('../../bench/environment.ts');
    const { VERSION } = await import('../../app/version.ts');
    const thresholds = (config.threshold ?? []).map((text) => parseThresholdOf(LATENCY_METRICS, text));
    const before = config.baseline === undefined ? undefined : await readBaseline(config.baseline);
    const wire = await createWire(config, this.global.gateway);
    const measured = latencyDocument(await this.measure(config, wire, signal), {
      environment: describeEnvironment(VERSION),
      settings: this.settingsOf(benchLatencySection, config, {
        ...{ wire: wire.name, target: wire.url, clips: this.operands },
      }),
      thresholds,
    });
    const { baseline: file = '', maxRegress } = config;
    const document: LatencyDocument = {
      ...measured,
      baseline: before === undefined ? null : compareWithBaseline(measured, before, { file, maxRegress }),
    };
    await this.report(document, config.out);
    return document;
  }

  private async measure(
    config: BenchLatencyConfig,
    wire: BenchWire,
    signal: AbortSignal,
  ): Promise<LatencyResult> {
    const { DEMO_CLIP, readClips } = await import('../../bench/clips.ts');
    const { runLatency } = await import('../../bench/latency/latency-run.ts');
    const clips = await readClips(this.operands.length === 0 ? [DEMO_CLIP] : this.operands);
    const run = (snapshot: LatencyOptions['snapshot']): Promise<LatencyResult> =>
      runLatency({
        ...{ clips, wire, signal, snapshot, clock: systemClock },
        ...{ gapMs: config.gapMs, frameMs: config.frameMs, seed: config.seed, runs: config.runs },
        ...{ sloMs: config.sloMs, voidLatenessMs: config.voidLatenessMs, loads: config.sessions },
        warmupMs: config.warmup,
        measuredMs: config.duration,
        drainMs: config.drainS * 1000,
        pids: config.pid ?? [],
        onRun: (judged) => this.output.note(safeText(runText(judged))),
      });
    if (!config.stages) return run(undefined);
    if (config.worker !== undefined) {
      throw new RtError('usage', '--stages needs a gateway: what it says of itself is one of the stages');
    }
    const { withSnapshot } = await import('../../app/bench-snapshot.ts');
    const { redis: redisUrl, prefix } = this.global;
    return withSnapshot({ redisUrl, prefix }, run);
  }

  private async report(document: LatencyDocument, out: string | undefined): Promise<void> {
    if (out !== undefined) {
      const { writeLatencyFiles } = await import('../../bench/latency/latency-files.ts');
      await writeLatencyFiles(out, document);
    }
    const { LATENCY_COLUMNS, latencyConclusion, latencyHeader, latencyRow } = await import(
      '../../bench/latency/latency-table.ts'
    );
    if (!this.jsonEnabled()) this.output.line(safeText(latencyHeader(document)));
    this.print({
      columns: LATENCY_COLUMNS,
      rows: document.loads.map((load) => latencyRow(load, document.knee)),
      lines: latencyConclusion(document),
    });
    // What a run must be besides its thresholds: believable, and no worse than the one before.
    const { isNoWorse } = await import('../../bench/latency/baseline.ts');
    const { baseline, void_runs: voidRuns } = document;
    const conditions: Judged = {
      thresholds: [
        ...document.thresholds,
        { threshold: 'no void run', kept: voidRuns === 0 },
        { threshold: 'no worse than the baseline', kept: baseline === null || isNoWorse(baseline) },
      ],
    };
    this.judge(conditions, voidRuns === 0 ? undefined : GENERATOR_LATE);
  }
}

async function createWire(config: BenchLatencyConfig, gateway: string): Promise<BenchWire> {
  const { url, worker, model } = config;
  if (url !== undefined && worker !== undefined) {
    throw new RtError('usage', 'Only one of --url and --worker can be measured at a time');
  }
  const shared = { model, vad: true, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  if (worker !== undefined) {
    const { createWorkerWire } = await import('../../bench/wires/worker-wire.ts');
    return createWorkerWire({ worker, ...shared });
  }
  const { createRtWire } = await import('../../bench/wires/rt-wire.ts');
  return createRtWire({ gateway: url ?? gateway, ...shared });
}

function runText({ run, outcome, words, verdict }: JudgedRun): string {
  const p95 = (histogram: { percentileMs(percent: number): number | undefined }): string =>
    histogram.percentileMs(95)?.toFixed(1) ?? '-';
  const { word_first: first, word_final: final } = words.histograms;
  const told = [verdict.type, ...verdict.reasons].join(': ');
  return `run ${String(run)}, ${String(outcome.sessions)} sessions: p95 of words first shown ${p95(first)} ms, final ${p95(final)} ms, ${told}`;
}
