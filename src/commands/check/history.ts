import { readFile } from 'node:fs/promises';
import { Args, type Interfaces } from '@oclif/core';
import { messageOf, RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Verdict } from '../../chaos/check/verdict.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { renderTable } from '../../cli/table.ts';

export default class CheckHistory extends BaseCommand {
  static override summary: string =
    'Judge the histories of rehearsals: was a word lost, is a slot still taken?';
  static override description: string =
    'Reads what "rt chaos run --history DIR" wrote and checks the invariants of docs/chaos.md. Ends with 8 when one is ' +
    'violated.';
  static override examples: Examples = [
    { description: 'All trials of a run:', command: 'rt check history runs/*.jsonl' },
    { description: 'One of them:', command: 'rt check history runs/worker-kill-3.jsonl' },
    {
      description: 'What was violated, by file:',
      command: "rt check history runs/*.jsonl --json | jq '.files[] | select(.ok | not)'",
    },
  ];
  static override args: Interfaces.ArgInput = {
    file: Args.string({ description: 'History files.', required: true, ignoreStdin: true }),
  };
  static override strict = false;

  override async run(): Promise<unknown> {
    const { readHistory } = await import('../../chaos/history/read-history.ts');
    const { checkHistory } = await import('../../chaos/check/check-history.ts');
    const judged: { readonly file: string; readonly verdict: Verdict }[] = [];
    for (const file of this.operands) {
      judged.push({ file, verdict: checkHistory(readHistory(await read(file), file)) });
    }
    const { sumVerdicts } = await import('../../chaos/check/sum-verdicts.ts');
    const { sumDocument, verdictDocument } = await import('../../chaos/check/verdict-document.ts');
    const sum = sumVerdicts(judged.map(({ verdict }) => verdict));
    if (!this.jsonEnabled()) {
      const lines = await import('../../chaos/check/verdict-lines.ts');
      for (const { file, verdict } of judged)
        for (const line of lines.violationLines(verdict)) this.output.line(safeText(`${file}: ${line}`));
      this.output.line(renderTable(lines.INVARIANT_COLUMNS, lines.invariantRows(sum)));
      const gaps = lines.gapRows(sum);
      if (gaps.length > 0) this.output.line(renderTable(lines.GAP_COLUMNS, gaps));
      this.output.line(lines.totalsLine(sum));
    }
    this.judge(sum.violated);
    return {
      schema: 'rt.check-history/v1',
      files: judged.map(({ file, verdict }) => ({ file, ...verdictDocument(verdict) })),
      sum: sumDocument(sum),
    };
  }

  /** The document is printed in any case: it says what was violated where. */
  private judge(violated: number): void {
    if (violated === 0) return;
    const fault = new RtError('invariant_violated', `An invariant is violated in ${violated} histories`);
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new RtError('file_unreadable', `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a history that "rt chaos run --history DIR" wrote.',
    });
  }
}
