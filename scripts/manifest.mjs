/**
 * Writes oclif.manifest.json from the compiled commands, so that `rt` imports only the command it runs.
 * A process of its own: importing every command would leave their modules in the caller.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

process.env.NODE_ENV ??= 'production';
globalThis.oclif = { enableAutoTranspile: false };
const { Plugin } = await import('@oclif/core/config');

const plugin = new Plugin({
  root,
  type: 'core',
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
});
await plugin.load();
// Renamed into place: a command started meanwhile reads the old manifest or the new one, never half of one.
writeFileSync(`${root}/oclif.manifest.json.${process.pid}`, `${JSON.stringify(plugin.manifest)}\n`);
renameSync(`${root}/oclif.manifest.json.${process.pid}`, `${root}/oclif.manifest.json`);
