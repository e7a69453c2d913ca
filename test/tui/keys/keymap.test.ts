import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ScreenName } from '../../../src/tui/choice/screen-name.ts';
import { COMMANDS } from '../../../src/tui/keys/command-line.ts';
import { bindingsOf, KEYMAP } from '../../../src/tui/keys/keymap.ts';
import { FIELDS } from '../../../src/tui/list/fields.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/top.md', import.meta.url), 'utf8');
const SCREENS = Object.keys(FIELDS) as ScreenName[];

describe('the table of keys', () => {
  it('[TOP-18] gives a key one meaning on each screen', () => {
    for (const screen of SCREENS) {
      const keys = bindingsOf(screen).flatMap(({ keys: own }) => own);
      expect(new Set(keys).size, screen).toBe(keys.length);
    }
  });

  it.each(KEYMAP.map(({ shown, on, does }) => ({ shown, on: on?.join(', ') ?? 'everywhere', does })))(
    '[TOP-18] docs/top.md says that $shown does: $does',
    ({ shown, on, does }) => {
      expect(DOCUMENT).toContain(`\n| \`${shown}\` | ${on} | ${does} |\n`);
    },
  );

  it.each(COMMANDS.map(({ names, operand, does }) => ({ names, operand, does })))(
    '[TOP-18] docs/top.md says that the command $names does: $does',
    ({ names, operand, does }) => {
      const shown = names.map((name) => `\`:${name}\``).join(' ');
      const row = `| ${shown}${operand === '' ? '' : ` \`${operand}\``} | ${does} |`;
      expect(DOCUMENT).toContain(`\n${row}\n`);
    },
  );

  it.each(SCREENS.filter((screen) => Object.keys(FIELDS[screen]).length > 0))(
    '[TOP-5] docs/top.md lists the fields of %s',
    (screen) => {
      const fields = Object.keys(FIELDS[screen]);
      expect(DOCUMENT).toContain(fields.map((field) => `\`${field}\``).join(' '));
    },
  );
});
