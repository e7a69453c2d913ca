import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { flagsOf } from '../../cli/flags.ts';
import { renderTable } from '../../cli/table.ts';
import { benchCompareSection } from '../../config/settings/bench-compare.ts';

export default class BenchCompare extends BaseCommand {
  static override summary: string = 'Compare two measurements, and tell a change from chance.';
  static override description: string =
    'A and B are documents of rt bench, folders that --out wrote, or folders of several of those: several runs of each side ' +
    'know how much runs differ, one alone does not. Every percentile comes with its 95 % interval. docs/bench.md says how.';
  static override examples: Examples = [
    { description: 'Two runs:', command: 'rt bench compare before after' },
    {
      description: 'A gate for CI against a kept baseline, three runs each:',
      command: 'rt bench compare baseline runs --max-regress 5% --metric resp_lag',
    },
    {
      description: 'Another machine, all the same:',
      command: 'rt bench compare laptop/run.json server/run.json --force',
    },
  ];
  static override args: Interfaces.ArgInput = {
    a: Args.string({ description: 'The runs before.', required: true }),
    b: Args.string({ description: 'The runs to judge.', required: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(benchCompareSection);

  override async run(): Promise<unknown> {
    const { maxRegress, metric, force, seed } = this.settings(benchCompareSection);
    const { readRuns } = await import('../../bench/compare/read-runs.ts');
    const { differencesOf } = await import('../../bench/compare/alike.ts');
    const { compareRuns } = await import('../../bench/compare/compare-runs.ts');
    const { COMPARISON_COLUMNS, comparisonDocument, comparisonLines, comparisonRow } = await import(
      '../../bench/compare/comparison-document.ts'
    );
    const [a, b] = [await readRuns(this.operand), await readRuns(this.operands[1] ?? '')];
    const differences = differencesOf([...a, ...b]);
    const [different] = differences;
    if (different !== undefined && !force) {
      throw new RtError('usage', `The runs differ in ${different.field}: ${different.a} and ${different.b}`, {
        hint: 'Compare runs made alike, or say --force.',
      });
    }
    const comparison = compareRuns({ a, b, maxRegress, metrics: metric ?? [], seed });
    const document = comparisonDocument(comparison, { a, b, maxRegress, differences });
    if (!this.jsonEnabled()) {
      this.output.line(renderTable(COMPARISON_COLUMNS, document.figures.map(comparisonRow)));
      for (const line of comparisonLines(document)) this.output.line(safeText(line));
    }
    this.#judge(document.figures.filter(({ regression }) => regression).map((figure) => figure.metric));
    return document;
  }

  /** The document is printed in any case: it says what became worse by how much. */
  #judge(regressed: readonly string[]): void {
    if (regressed.length === 0) return;
    const names = [...new Set(regressed)].join(', ');
    const fault = new RtError('threshold_missed', `Worse beyond the bound: ${names}`);
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}
