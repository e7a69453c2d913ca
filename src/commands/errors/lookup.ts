import { Args, type Interfaces } from '@oclif/core';
import { ERROR_CATALOGUE, lookUpError } from '../../base/error-catalogue.ts';
import { RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { closest } from '../../config/closest.ts';

export default class ErrorsLookup extends BaseCommand {
  static override summary: string = 'Explain an error code and say what to do.';
  static override examples: Examples = [
    { description: 'By the number of a message:', command: 'rt errors lookup RT5001' },
    { description: 'By its code on the wire:', command: 'rt errors lookup no_capacity' },
    {
      description: 'What to do, for a script:',
      command: 'rt errors lookup RT1013 --json | jq -r .what_to_do',
    },
  ];
  static override args: Interfaces.ArgInput = {
    code: Args.string({ description: 'RT number or code.', required: true, ignoreStdin: true }),
  };

  override run(): Promise<unknown> {
    const found = lookUpError(this.operand);
    if (found === undefined) throw unknownCode(this.operand);
    const { code, entry } = found;
    if (!this.jsonEnabled()) {
      this.output.line(
        `${this.output.paint('bold', `${entry.ref} · ${entry.title}`)} (${code}, exit code ${String(entry.exitCode)})`,
      );
      this.output.line(entry.explanation);
      this.output.line(`What to do: ${entry.whatToDo}`);
    }
    return Promise.resolve({
      schema: 'rt.error-entry/v1',
      ref: entry.ref,
      code,
      exit_code: entry.exitCode,
      title: entry.title,
      explanation: entry.explanation,
      what_to_do: entry.whatToDo,
    });
  }
}

function unknownCode(key: string): RtError {
  const meant = closest(key, Object.keys(ERROR_CATALOGUE));
  return new RtError('not_found', `There is no error code ${key}`, {
    hint:
      meant === undefined
        ? 'List them with: rt errors list'
        : `Did you mean ${meant}? List them with: rt errors list`,
  });
}
