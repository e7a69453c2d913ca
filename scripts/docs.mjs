/**
 * `npm run docs`: writes the reference of commands and settings, in Markdown and as a manual page.
 *
 * What stands above the marker in a document was written by hand and stays. Everything else comes from what was
 * built, so that it cannot differ from what the commands do; a test compares.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { listCommands } from './docs/command-list.mjs';
import { renderCommandReference } from './docs/command-reference.mjs';
import { renderManualPage } from './docs/manual-page.mjs';
import { renderSettingsReference } from './docs/settings-reference.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const MARKER = '<!-- Everything below is written by npm run docs. -->\n';

/** A module of what was built. Its path is put together: linters look at this file before there is a dist/. */
const built = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);

function below(path, generated) {
  const text = readFileSync(join(root, path), 'utf8');
  const end = text.indexOf(MARKER);
  if (end === -1) throw new Error(`${path} has no line: ${MARKER}`);
  return `${text.slice(0, end)}${MARKER}\n${generated}`;
}

/** Whole texts by path, from what stands in dist/. */
export async function renderDocuments() {
  const { CONTEXT_KEYS, FILE_TABLES } = await built('config/sections.js');
  const { variablesOf } = await built('config/setting.js');
  const { ERROR_CATALOGUE } = await built('base/error-catalogue.js');
  const { exitCodeMeanings } = await built('cli/exit-code-meanings.js');
  const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const commands = listCommands();
  const meanings = exitCodeMeanings();
  const settings = renderSettingsReference({
    ...{ tables: FILE_TABLES, contextKeys: CONTEXT_KEYS },
    ...{ commands, variablesOf },
  });
  return new Map([
    [
      'docs/cli.md',
      below('docs/cli.md', renderCommandReference({ commands, meanings, catalogue: ERROR_CATALOGUE })),
    ],
    ['docs/configuration.md', below('docs/configuration.md', settings)],
    ['docs/man/rt.1', renderManualPage({ commands, meanings, version, description })],
  ]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  build();
  for (const [path, text] of await renderDocuments()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
