/** Hook for a command that does not exist: a usage fault like any other, with the name that was meant. */
import type { Config, Hook } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import { rowsOf } from '../config/setting.ts';
import { globalSection } from '../config/settings/global.ts';
import { exitCodeOf } from './exit-codes.ts';
import { faultDocument, faultLines } from './fault.ts';
import { meantCommand } from './meant-command.ts';

const spokenOf = (id: string): string => id.replaceAll(':', ' ');

/** Prints the fault, on stderr or as JSON on stdout, and returns the exit code for it. */
export function tellUnknownCommand(
  spoken: string,
  { config, isJson }: { readonly config: Pick<Config, 'commands' | 'topics'>; readonly isJson: boolean },
): number {
  const shown = config.commands.filter(({ hidden }) => !hidden);
  const { unknown, advice } = meantCommand(spoken, {
    commands: [...shown.map(({ id }) => id), ...config.topics.map(({ name }) => name)].map(spokenOf),
    flags: [...rowsOf(globalSection).map(([, row]) => row.flag), 'json', 'config', 'context'],
  });
  const fault = new RtError('usage', `There is no command rt ${unknown}`, {
    hint: advice === undefined ? 'See: rt --help' : `${advice} See: rt --help`,
  });
  if (isJson) process.stdout.write(`${JSON.stringify(faultDocument(fault), null, 2)}\n`);
  else process.stderr.write(`${faultLines(fault).join('\n')}\n`);
  return exitCodeOf(fault);
}

const onUnknownCommand: Hook<'command_not_found'> = function ({ id, argv = [], config, context }) {
  context.exit(tellUnknownCommand(spokenOf(id), { config, isJson: argv.includes('--json') }));
  return Promise.resolve();
};

export default onUnknownCommand;
