import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, complete, parseCommand } from '../../../src/tui/keys/command-line.ts';

const NAMES = { workerIds: ['w-1', 'w-10', 'gpu-1'], sessionIds: ['sess_00008f2a41c0'] };

describe('a typed command', () => {
  it.each([
    ['w', { type: 'view', view: 'workers' }],
    [' Workers ', { type: 'view', view: 'workers' }],
    ['s', { type: 'view', view: 'sessions' }],
    ['ov', { type: 'view', view: 'overview' }],
    ['e', { type: 'view', view: 'events' }],
    ['t', { type: 'view', view: 'transcripts' }],
    ['rooms', { type: 'view', view: 'rooms' }],
    ['s lag>1 worker=w-2', { type: 'view', view: 'sessions', filter: 'lag>1 worker=w-2' }],
    ['q', { type: 'quit' }],
    ['help', { type: 'help' }],
    ['drain w-1', { type: 'ask', verb: 'drain', kind: 'worker', id: 'w-1' }],
    ['cordon  w-10 ', { type: 'ask', verb: 'cordon', kind: 'worker', id: 'w-10' }],
    ['uncordon gpu-1', { type: 'ask', verb: 'uncordon', kind: 'worker', id: 'gpu-1' }],
    ['end sess_00008f2a41c0', { type: 'ask', verb: 'end', kind: 'session', id: 'sess_00008f2a41c0' }],
  ])('[TOP-8] `:%s` means %o', (text, command) => {
    expect(parseCommand(text, NAMES)).toMatchObject(command);
  });

  it.each([
    ['dran w-1', 'no command :dran; did you mean :drain?'],
    ['zzzzzz', 'no command :zzzzzz'],
    ['drain', ':drain lacks the id of a worker'],
    ['drain gpu-2', 'no worker gpu-2; did you mean gpu-1?'],
    ['end w-1', 'no session w-1'],
  ])('[TOP-8] `:%s` answers %s', (text, message) => {
    expect(parseCommand(text, NAMES)).toEqual({ type: 'invalid', message });
  });

  it.each([
    ['dr', 'drain ', []],
    ['wor', 'workers', []],
    ['he', 'help', []],
    ['e', 'e', ['events', 'end']],
    ['drain g', 'drain gpu-1', []],
    ['drain w', 'drain w-1', ['w-1', 'w-10']],
    ['end s', 'end sess_00008f2a41c0', []],
    ['zz', 'zz', []],
    ['help w', 'help w', []],
  ])('[TOP-9] tab makes `:%s` into `:%s`, of %o', (text, longer, candidates) => {
    expect(complete(text, NAMES)).toMatchObject({ text: longer, candidates });
  });

  it('[TOP-9] completion only ever adds, and offers only what begins so', () => {
    const starts = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('', 'd', 'drain ', 'drain w', 'end ', 'uncordon gpu', 'workers '),
    );
    fc.assert(
      fc.property(starts, (text) => {
        const { text: longer, candidates } = complete(text, NAMES);
        expect(longer.startsWith(text)).toBe(true);
        const begun = text.slice(text.indexOf(' ') + 1);
        for (const candidate of candidates) expect(candidate.startsWith(begun)).toBe(true);
      }),
    );
  });

  it('[TOP-8] has one meaning for every name', () => {
    const names = COMMANDS.flatMap(({ names: all }) => all);
    expect(new Set(names).size).toBe(names.length);
  });
});
