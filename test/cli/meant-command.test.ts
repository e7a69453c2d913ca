import { describe, expect, it } from 'vitest';
import { fromParser } from '../../src/cli/fault.ts';
import { meantCommand } from '../../src/cli/meant-command.ts';

const NAMES = {
  commands: [
    'workers',
    'workers list',
    'workers show',
    'workers drain',
    'check',
    'check cluster',
    'top',
    'context',
    'config',
  ],
  flags: ['redis', 'gateway', 'json'],
};

describe('commands that do not exist', () => {
  it.each([
    ['workrs list', 'workrs list', 'Did you mean rt workers list?'],
    ['workers shw w-1', 'workers shw', 'Did you mean rt workers show?'],
    ['contxt', 'contxt', 'Did you mean rt context?'],
    ['tpo', 'tpo', 'Did you mean rt top?'],
    ['drain', 'drain', 'Did you mean rt workers drain?'],
    ['check everything', 'check everything', undefined],
    ['nonsense', 'nonsense', undefined],
    ['--redis', '--redis', 'Flags follow the command: rt COMMAND --redis'],
    ['--redsi=x', '--redsi=x', 'Flags follow the command: rt COMMAND --redis'],
  ])('[CFG-13] rt %s', (spoken, unknown, advice) => {
    expect(meantCommand(spoken, NAMES)).toEqual({ unknown, advice });
  });

  it('[CFG-13] a mistyped flag is known without its value', () => {
    const error = Object.assign(new Error('nonexistent'), { oclif: {}, flags: ['--hartbeat=3s'] });
    expect(fromParser(error, { command: 'worker', flags: ['heartbeat'] })).toMatchObject({
      message: 'Unknown flag --hartbeat',
      hint: 'Did you mean --heartbeat? See: rt worker --help',
    });
  });
});
