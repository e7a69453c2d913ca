/** The generated part of docs/cli.md. */
import { globalFlagsOf } from './command-list.mjs';
import { anchor, code, fence, table } from './markdown.mjs';

function flagTable(flags) {
  return table(
    ['flag', 'default', 'variable', 'key', 'meaning'],
    flags.map(({ spelling, usual, variable, key, about, mayRepeat }) => [
      code(spelling),
      code(usual),
      code(variable),
      code(key),
      mayRepeat && !/\brepeat/.test(about) ? `${about} May be repeated.` : about,
    ]),
  );
}

function exampleText(examples) {
  const lines = examples.map(({ description, command }) => `# ${description}\n${command}`);
  return fence('sh', lines.join('\n\n'));
}

function section(command) {
  const { name, summary, description, usage, operands, flags, examples } = command;
  const own = flags.filter(({ isGlobal }) => !isGlobal);
  const parts = [
    `## ${name}\n\n${summary}\n`,
    exampleText(examples),
    fence('text', usage),
    description === undefined ? '' : `${description}\n`,
    table(
      ['argument', 'meaning'],
      operands.map((operand) => [code(operand.spelling), operand.about]),
    ),
    flagTable(own),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function exitCodeTable(meanings) {
  return table(
    ['exit code', 'meaning', 'errors'],
    meanings.map(({ exitCode, meaning, refs }) => [String(exitCode), meaning, refs.join(' ')]),
  );
}

function errorTable(catalogue) {
  const rows = Object.entries(catalogue).map(([name, { ref, exitCode, title }]) => [
    ref,
    code(name),
    String(exitCode),
    title,
  ]);
  return table(
    ['number', 'code', 'exit code', 'title'],
    rows.sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** @param commands of listCommands() */
export function renderCommandReference({ commands, meanings, catalogue }) {
  const overview = commands.map(({ name, summary }) => [`[${name}](${anchor(name)})`, summary]);
  return [
    `## Commands\n\n${table(['command', 'does'], overview)}`,
    `## Global flags\n\nEvery command has them.\n\n${flagTable(globalFlagsOf(commands))}`,
    `## Exit codes\n\nThe same in text and with \`--json\`.\n\n${exitCodeTable(meanings)}`,
    ...commands.map(section),
    `## Errors\n\n\`rt errors lookup NUMBER\` explains each.\n\n${errorTable(catalogue)}`,
  ].join('\n');
}
