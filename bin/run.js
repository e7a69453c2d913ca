#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// The heap for short-lived objects stays at its first size. V8 lets it grow to tens of megabytes under any steady
// load (more than a hundred on Node 24) and never gives that back; servers fill it with nothing but garbage.
setFlagsFromString('--semi-space-growth-factor=1');

// React and Ink choose their development build unless this is set before they are imported.
process.env.NODE_ENV ??= 'production';
// The commands are always the compiled ones, whatever NODE_ENV says.
globalThis.oclif = { ...globalThis.oclif, enableAutoTranspile: false };

if (existsSync(fileURLToPath(new URL('../dist', import.meta.url)))) {
  const { execute } = await import('@oclif/core/execute');
  await execute({ dir: import.meta.url });
} else {
  process.stderr.write('rt is not built: run npm run build\n');
  process.exitCode = 1;
}
