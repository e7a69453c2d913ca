/**
 * Runs command lines one after the other in this process, each as bin/run.js would: starting a process for each of
 * some hundred takes a minute. Reads them from stdin as JSON and writes their outcomes the same way.
 */
import { readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '@oclif/core';

const root = fileURLToPath(new URL('../..', import.meta.url));
globalThis.oclif = { enableAutoTranspile: false };

/** Every command listens for the end of the streams and for signals; one process seldom runs so many. */
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

function capture(stream) {
  const { write } = stream;
  const chunks = [];
  stream.write = (chunk, ...rest) => {
    chunks.push(String(chunk));
    rest.find((each) => typeof each === 'function')?.();
    return true;
  };
  return () => {
    stream.write = write;
    return chunks.join('');
  };
}

async function outcomeOf(argv) {
  const captured = [process.stdout, process.stderr].map(capture);
  let code;
  try {
    // From its root each time: showing help changes what was loaded.
    await run(argv, root);
    code = process.exitCode ?? 0;
  } catch (error) {
    code = error.oclif?.exit ?? 1;
  }
  process.exitCode = undefined;
  const [stdout, stderr] = captured.map((end) => end());
  return { code, stdout, stderr };
}

const outcomes = [];
for (const argv of JSON.parse(readFileSync(0, 'utf8'))) outcomes.push(await outcomeOf(argv));
writeSync(1, JSON.stringify(outcomes));
process.exit(0);
