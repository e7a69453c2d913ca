/** The generated part of docs/configuration.md. */
import { code, table } from './markdown.mjs';

/** Commands that have the flag of a key; all of them have the global ones. */
function commandsWith(commands, key) {
  const having = commands.filter(({ flags }) => flags.some((flag) => flag.key === key));
  return having.length === commands.length ? 'all' : having.map(({ name }) => code(name)).join(', ');
}

function sectionOf({ name, rows }, { commands, variablesOf }) {
  const lines = [...rows].map(([key, row]) => {
    const full = name === '' ? key : `${name}.${key}`;
    return [
      code(full),
      code(row.default),
      row.kind.expects,
      variablesOf(name, row)
        .map((variable) => code(variable.name))
        .join(', '),
      code(`--${row.flag}`),
      commandsWith(commands, full),
      row.doc,
    ];
  });
  const title = name === '' ? 'Top of the file' : `[${name}]`;
  const headers = ['key', 'default', 'value', 'variables, stronger first', 'flag', 'commands', 'meaning'];
  return `## ${title}\n\n${table(headers, lines)}`;
}

/** @param tables rows by name of the table in a file */
export function renderSettingsReference({ tables, contextKeys, commands, variablesOf }) {
  const sections = [...tables].map(([name, rows]) => sectionOf({ name, rows }, { commands, variablesOf }));
  return [
    ...sections,
    `## [contexts.NAME]\n\nA context may hold ${contextKeys.map(code).join(', ')}, as they stand at the top of a file.\n`,
  ].join('\n');
}
