/** docs/man/rt.1: the reference as roff, for `man rt`. */
import { globalFlagsOf } from './command-list.mjs';

const named = (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Text that roff takes as it stands: ASCII, no backslash, no request at the start of a line, hyphens one can copy. */
const plain = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
    .replace(/[^\n -~]/gu, named);

const bold = (text) => `\\fB${plain(text)}\\fR`;
const heading = (text) => `.SH ${text}\n`;
const tagged = (tag, text) => `.TP\n${bold(tag)}\n${plain(text)}\n`;
const typed = (text) => `.PP\n.EX\n${plain(text)}\n.EE\n`;

function flagText({ spelling, about, usual, variable, key }) {
  const places = [variable, key].filter((place) => place !== undefined).join(', ');
  const given = usual === undefined ? '' : ` Default: ${usual}.`;
  return tagged(spelling, `${about}${given}${places === '' ? '' : ` [${places}]`}`);
}

function commandText({ usage, summary, description = '', operands, flags, examples }) {
  return [
    `.SS "${plain(usage)}"\n${plain(summary)}\n`,
    description === '' ? '' : `.PP\n${plain(description)}\n`,
    ...operands.map(({ name, about }) => tagged(name, about)),
    ...flags.filter(({ isGlobal }) => !isGlobal).map(flagText),
    ...examples.map(({ description: why, command }) => `.PP\n${plain(why)}\n${typed(`    ${command}`)}`),
  ].join('');
}

/** `version` stands in the footer; no date does, so that the page is the same on every day. */
export function renderManualPage({ commands, meanings, version, description }) {
  return [
    '.\\" Written by npm run docs.\n',
    `.TH RT 1 "" "rt ${version}" "rt"\n`,
    heading('NAME'),
    `rt \\- ${plain(description)}\n`,
    heading('SYNOPSIS'),
    '\\fBrt\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIFLAGS\\fR]\n',
    heading('DESCRIPTION'),
    plain(
      'Results go to stdout, everything else to stderr. With --json the result is one document. ' +
        'A flag is stronger than its variable, that is stronger than rt.toml of the project, the file of the user, ' +
        'and the default; rt config show --origin tells which holds.\n',
    ),
    heading('GLOBAL OPTIONS'),
    ...globalFlagsOf(commands).map(flagText),
    heading('COMMANDS'),
    ...commands.map(commandText),
    heading('"EXIT STATUS"'),
    ...meanings.map(({ exitCode, meaning }) => tagged(String(exitCode), meaning)),
    heading('FILES'),
    tagged('./rt.toml', 'Configuration of a project; looked for in the folders above too.'),
    tagged(
      '$XDG_CONFIG_HOME/rt/config.toml',
      'Configuration of a user, with contexts; else below ~/.config.',
    ),
    heading('"SEE ALSO"'),
    plain('rt help COMMAND, rt help exit-codes, rt errors lookup NUMBER, rt schema NAME\n'),
  ].join('');
}
