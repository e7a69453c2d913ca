/** Hook for a command that does not exist: a usage fault like any other, with the name that was meant. */
import type { Hook } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import { rowsOf } from '../config/setting.ts';
import { globalSection } from '../config/settings/global.ts';
import { exitCodeOf } from './exit-codes.ts';
import { faultDocument, faultLines } from './fault.ts';
import { meantCommand } from './meant-command.ts';

const onUnknownCommand: Hook<'command_not_found'> = function ({ id, argv = [], config, context }) {
  const spoken = (name: string): string => name.replaceAll(':', ' ');
  const { unknown, advice } = meantCommand(spoken(id), {
    commands: [...config.commandIDs, ...config.topics.map(({ name }) => name)].map(spoken),
    flags: [...rowsOf(globalSection).map(([, row]) => row.flag), 'json', 'config', 'context'],
  });
  const fault = new RtError('usage', `There is no command rt ${unknown}`, {
    hint: advice === undefined ? 'See: rt --help' : `${advice} See: rt --help`,
  });
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(faultDocument(fault), null, 2)}\n`);
  else process.stderr.write(`${faultLines(fault).join('\n')}\n`);
  context.exit(exitCodeOf(fault));
  return Promise.resolve();
};

export default onUnknownCommand;
