import type { Interfaces } from '@oclif/core';
import type { AttachedCluster } from '../../app/chaos-run.ts';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import { isKept, type VerdictSum } from '../../chaos/check/sum-verdicts.ts';
import type { Scenario } from '../../chaos/run/plan.ts';
import type { TrialResult } from '../../chaos/run/rehearse.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { renderTable } from '../../cli/table.ts';
import { type ChaosRunConfig, chaosRunSection } from '../../config/settings/chaos-run.ts';

export default class ChaosRun extends BaseCommand {
  static override summary: string =
    'Let something go wrong under live sessions, and check that no word was lost.';
  static override description: string =
    'Starts a cluster of its own (redis-server, router, gateways and beacon workers), lets sessions speak, kills or ' +
    'stops what the scenario says at a moment drawn from the seed, and judges what came of it. Each trial is a line; a ' +
    'violated one is told with the command that repeats it alone, and the command ends with 8.';
  static override examples: Examples = [
    { description: 'Kill workers at ten moments:', command: 'rt chaos run' },
    { description: 'What can go wrong:', command: 'rt chaos run --scenario list' },
    {
      description: 'A hundred trials, with the histories kept:',
      command: 'rt chaos run --scenario worker-stop --seed 7 --trials 100 --history runs',
    },
    {
      description: 'On a running cluster of beacon workers:',
      command: 'rt chaos run --attach ws://127.0.0.1:8000 --pid worker=4711 --pid worker=4712',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(chaosRunSection);

  override async run(): Promise<unknown> {
    const config = this.settings(chaosRunSection);
    const { SCENARIOS } = await import('../../chaos/run/scenario-list.ts');
    if (config.scenario === 'list') return this.list(SCENARIOS);
    const scenario = chooseScenario(config, SCENARIOS);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { runChaos } = await import('../../app/chaos-run.ts');
    const { sessions, seed, trials, firstTrial } = config;
    const attached = this.attached(config);
    const results: TrialResult[] = [];
    for await (const result of runChaos({ scenario, seed, sessions, trials, firstTrial, attached, signal })) {
      // Its history is what takes memory, and is written by now.
      await this.tell(result, config);
      results.push({ ...result, entries: [] });
    }
    return this.conclude(results, config);
  }

  private list(scenarios: readonly Scenario[]): unknown {
    const rows = scenarios.map(({ name, summary }) => [name, summary]);
    if (!this.jsonEnabled())
      this.output.line(renderTable([{ header: 'SCENARIO' }, { header: 'WHAT GOES WRONG' }], rows));
    return {
      schema: 'rt.chaos-scenarios/v1',
      scenarios: scenarios.map(({ name, summary }) => ({ name, summary })),
    };
  }

  private attached({ attach, pid = [] }: ChaosRunConfig): AttachedCluster | undefined {
    if (attach === undefined && pid.length > 0) {
      throw new RtError('usage', '--pid is for a running cluster', {
        hint: 'Name its gateway with --attach.',
      });
    }
    const { redis, prefix } = this.global;
    return attach === undefined ? undefined : { gateway: attach, redisUrl: redis, prefix, pids: pid };
  }

  private async tell(result: TrialResult, config: ChaosRunConfig): Promise<void> {
    const { trial, arm, label, verdict, entries } = result;
    if (config.history !== undefined) {
      const { writeHistory } = await import('../../chaos/run/write-history.ts');
      await writeHistory(config.history, { ...config, trial, arm, entries });
    }
    if (this.jsonEnabled()) return;
    const { violationLines, worstGapMs } = await import('../../chaos/check/verdict-lines.ts');
    const gapMs = worstGapMs(verdict);
    const broken = verdict.invariants.filter(({ ok }) => !ok).map(({ id }) => id);
    const said = [
      `trial ${trial}`,
      label,
      ...(gapMs === undefined ? [] : [`gap ${gapMs} ms`]),
      broken.length === 0 ? 'ok' : `VIOLATED ${broken.join(' ')}`,
    ];
    this.output.line(said.join(' · '));
    for (const line of violationLines(verdict)) this.output.line(safeText(`  ${line}`));
    if (broken.length > 0) this.output.line(`  again: ${repeatCommand(trial, config)}`);
  }

  private async conclude(results: readonly TrialResult[], config: ChaosRunConfig): Promise<unknown> {
    const { sumVerdicts } = await import('../../chaos/check/sum-verdicts.ts');
    const { sumDocument, verdictDocument } = await import('../../chaos/check/verdict-document.ts');
    const sum = sumVerdicts(results.map(({ verdict }) => verdict));
    if (!this.jsonEnabled()) await this.printSum(sum);
    this.judge(results, config);
    const { scenario, seed, sessions } = config;
    return {
      schema: 'rt.chaos-run/v1',
      ...{ scenario, seed, sessions },
      trials: results.map(({ trial, arm, label, verdict }) => ({
        ...{ trial, arm, label },
        ...verdictDocument(verdict),
        repeat: repeatCommand(trial, config),
      })),
      sum: sumDocument(sum),
    };
  }

  private async printSum(sum: VerdictSum): Promise<void> {
    const lines = await import('../../chaos/check/verdict-lines.ts');
    this.output.line(renderTable(lines.INVARIANT_COLUMNS, lines.invariantRows(sum)));
    const gaps = lines.gapRows(sum);
    if (gaps.length > 0) this.output.line(renderTable(lines.GAP_COLUMNS, gaps));
    this.output.line(lines.totalsLine(sum));
  }

  /** The document is printed in any case: it says what was violated in which trial. */
  private judge(results: readonly TrialResult[], config: ChaosRunConfig): void {
    const violated = results.filter(({ verdict }) => !isKept(verdict));
    const [first] = violated;
    if (first === undefined) return;
    const fault = new RtError(
      'invariant_violated',
      `An invariant is violated in ${violated.length} of ${results.length} runs`,
      { hint: `Repeat the first alone: ${repeatCommand(first.trial, config)}` },
    );
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}

function chooseScenario(config: ChaosRunConfig, scenarios: readonly Scenario[]): Scenario {
  const scenario = scenarios.find(({ name }) => name === config.scenario);
  if (scenario === undefined) {
    throw new RtError('usage', `There is no scenario ${config.scenario}`, {
      hint: `There are: ${scenarios.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (config.attach !== undefined && scenario.needsRestart) {
    throw new RtError(
      'usage',
      `${scenario.name} starts its victim again, which it cannot do in a cluster it did not start`,
      {
        hint: 'Leave --attach away.',
      },
    );
  }
  return scenario;
}

function repeatCommand(trial: number, { scenario, seed, sessions }: ChaosRunConfig): string {
  return `rt chaos run --scenario ${scenario} --seed ${seed} --sessions ${sessions} --first-trial ${trial} --trials 1`;
}
