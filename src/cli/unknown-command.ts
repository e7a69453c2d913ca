/** Hook for a command that does not exist: a usage fault like any other, with the name that was meant. */
import type { Hook } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import { closest } from '../config/closest.ts';
import { exitCodeOf } from './exit-codes.ts';
import { faultDocument, faultLines } from './fault.ts';

const onUnknownCommand: Hook<'command_not_found'> = function ({ id, argv = [], config, context }) {
  const spoken = (name: string): string => name.replaceAll(':', ' ');
  const names = [...config.commandIDs, ...config.topics.map(({ name }) => name)].map(spoken);
  const meant = closest(spoken(id), names);
  const fault = new RtError('usage', `There is no command rt ${spoken(id)}`, {
    hint: meant === undefined ? 'See: rt --help' : `Did you mean rt ${meant}? See: rt --help`,
  });
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(faultDocument(fault), null, 2)}\n`);
  else process.stderr.write(`${faultLines(fault).join('\n')}\n`);
  context.exit(exitCodeOf(fault));
  return Promise.resolve();
};

export default onUnknownCommand;
