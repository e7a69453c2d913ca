import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { renderTable } from '../../cli/table.ts';

export default class ErrorsList extends BaseCommand {
  static override summary: string = 'List every error code with its exit code.';
  static override examples: Examples = [
    { description: 'All of them:', command: 'rt errors list' },
    { description: 'Those about Redis:', command: 'rt errors list | grep -i redis' },
    { description: 'As JSON:', command: 'rt errors list --json' },
  ];

  override run(): Promise<unknown> {
    const errors = Object.entries(ERROR_CATALOGUE)
      .map(([code, { ref, exitCode, title }]) => ({ ref, code, exit_code: exitCode, title }))
      .toSorted((a, b) => a.ref.localeCompare(b.ref));
    if (!this.jsonEnabled()) {
      const columns = [
        { header: 'NUMBER' },
        { header: 'CODE' },
        { header: 'EXIT', align: 'right' },
        { header: 'TITLE' },
      ] as const;
      const rows = errors.map(({ ref, code, exit_code: exitCode, title }) => [
        ref,
        code,
        String(exitCode),
        title,
      ]);
      this.output.line(renderTable(columns, rows));
    }
    return Promise.resolve({ schema: 'rt.errors/v1', errors });
  }
}
