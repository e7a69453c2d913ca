import { describe, expect, it } from 'vitest';
import { completeWords } from '../../../src/cli/completion/complete-words.ts';
import { type Grammar, type GrammarFlag, grammarOf } from '../../../src/cli/completion/grammar.ts';

const flag = (name: string, placeholder?: string, more: Partial<GrammarFlag> = {}): GrammarFlag => ({
  ...{ name, placeholder, char: undefined, about: `${name}.`, hasOpposite: false },
  ...more,
});

const common = [flag('redis', 'URL'), flag('context', 'NAME'), flag('quiet', undefined, { char: 'q' })];

const grammar: Grammar = {
  commands: [
    {
      ...{ name: 'stream', about: 'Stream.', takesMore: true },
      operands: [{ name: 'file', options: [] }],
      flags: [
        flag('pace', 'realtime|max|N'),
        flag('save', 'DIR'),
        flag('resume', undefined, { hasOpposite: true }),
        ...common,
      ],
    },
    {
      ...{ name: 'workers drain', about: 'Drain.', takesMore: true },
      operands: [{ name: 'worker', options: [] }],
      flags: common,
    },
    { ...{ name: 'workers list', about: 'List.', takesMore: false }, operands: [], flags: common },
    {
      ...{ name: 'wait', about: 'Wait.', takesMore: false },
      operands: [{ name: 'target', options: ['gateway', 'worker'] }],
      flags: common,
    },
  ],
  topics: [{ name: 'workers', about: 'Workers.' }],
};

/** What is offered behind `line`, whose last word is being typed. */
function offered(line: string): unknown {
  const completion = completeWords(grammar, line.split(' '));
  return completion.kind === 'words' ? completion.words.map(({ word }) => word) : completion;
}

describe('completion of words', () => {
  it.each([
    ['', ['stream', 'workers', 'wait']],
    ['w', ['workers', 'wait']],
    ['nosuch ', []],
    ['workers ', ['drain', 'list']],
    ['workers l', ['list']],
    ['help workers d', ['drain']],
    ['stream --pace ', ['realtime', 'max']],
    ['stream --pace m', ['max']],
    ['stream --pace=m', ['--pace=max']],
    ['stream --nosuch=m', []],
    ['stream --re', ['--resume', '--redis']],
    ['stream --no-', ['--no-resume']],
    ['stream --pace max --p', []],
    ['workers list ', []],
    ['wait ', ['gateway', 'worker']],
    ['wait gateway ', []],
    ['wait -q g', ['gateway']],
    ['wait --redis redis://x w', ['worker']],
    ['wait -- --', []],
  ])('[CMD-8] rt %s', (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  it('[CMD-8] says of a topic what it is about, not of its first command', () => {
    expect(completeWords(grammar, ['worke'])).toEqual({
      kind: 'words',
      words: [{ word: 'workers', about: 'Workers.' }],
    });
  });

  it.each(['stream ', 'stream a.wav ', 'stream --save '])(
    '[CMD-8] leaves files to the shell: rt %s',
    (line) => {
      expect(offered(line)).toEqual({ kind: 'files' });
    },
  );

  it('[CMD-8] asks for names of the cluster that was typed, besides those that were given', () => {
    expect(offered('workers drain w1 --redis redis://there -q w')).toEqual({
      kind: 'names',
      of: 'worker',
      lead: '',
      typed: 'w',
      besides: ['w1'],
      flags: { redis: 'redis://there', quiet: 'true' },
    });
    expect(offered('wait --context=pr')).toMatchObject({ of: 'context', lead: '--context=', typed: 'pr' });
  });
});

describe('the grammar of commands', () => {
  it('leaves hidden commands out, and topics that have no others', () => {
    const made = grammarOf({
      commands: [
        { id: 'a:b', hidden: true, args: {}, flags: {} },
        { id: 'c', summary: 'C.', args: {}, flags: {}, strict: false },
      ],
      topics: [{ name: 'a' }],
    } as unknown as Parameters<typeof grammarOf>[0]);
    expect(made.commands.map(({ name, takesMore }) => [name, takesMore])).toEqual([['c', true]]);
    expect(made.topics).toEqual([]);
  });

  it('takes of a description what fits on a line', () => {
    const flags = {
      pace: {
        name: 'pace',
        type: 'option',
        helpValue: 'N',
        description: 'Speed. More of it. [RT_PACE, pace]',
      },
    };
    const made = grammarOf({
      commands: [{ id: 'c', args: {}, flags }],
      topics: [],
    } as unknown as Parameters<typeof grammarOf>[0]);
    expect(made.commands[0]?.flags[0]).toMatchObject({ about: 'Speed.', placeholder: 'N' });
  });
});
