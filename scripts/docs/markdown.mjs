/** Pieces of Markdown. */

/** Text in a cell: a bar would end it. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table without rows is nothing. */
export function table(headers, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;
  return `${line(headers)}${line(headers.map(() => '---'))}${rows.map(line).join('')}`;
}

/** Empty where there is nothing to show. */
export const code = (text) => (text === undefined || text === '' ? '' : `\`${text}\``);

export const fence = (language, text) => `\`\`\`${language}\n${text}\n\`\`\`\n`;

/** Where GitHub jumps to for a heading. */
export const anchor = (heading) =>
  `#${heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')}`;
