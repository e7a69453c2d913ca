import { Command } from '@oclif/core';
import { knownNames } from '../app/known-names.ts';
import { safeText } from '../base/terminal-text.ts';
import { type Completion, completeWords } from '../cli/completion/complete-words.ts';
import { grammarOf } from '../cli/completion/grammar.ts';

/** A person has pressed a key and waits. */
const LOOK_TIMEOUT_MS = 200;

/** What a shell takes as one word and nothing else; whoever writes into Redis must not write into command lines. */
const ONE_WORD = /^[\w.:@/+=-]+$/;

/** Answers shells, not people: whatever goes wrong is no candidate, never a message. */
export default class Complete extends Command {
  static override hidden = true;
  static override strict = false;
  static override summary: string = 'Answer a shell that completes a command line.';

  override async run(): Promise<void> {
    const typed = this.argv.slice(this.argv.indexOf('--') + 1);
    const lines = await linesOf(completeWords(grammarOf(this.config), typed));
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    // A connection to a Redis that does not answer may still be on its way.
    this.exit(0);
  }
}

async function linesOf(completion: Completion): Promise<readonly string[]> {
  switch (completion.kind) {
    case 'files':
      return [':files'];
    case 'words':
      return completion.words.map(({ word, about }) => line(word, about));
    case 'names': {
      const { of, flags, lead, typed, besides } = completion;
      const names = await knownNames({ of, flags, timeoutMs: LOOK_TIMEOUT_MS });
      return names
        .filter(({ name }) => ONE_WORD.test(name) && name.startsWith(typed) && !besides.includes(name))
        .map(({ name, about }) => line(`${lead}${name}`, about));
    }
  }
}

function line(word: string, about: string): string {
  return `${word}\t${safeText(about)}`;
}
