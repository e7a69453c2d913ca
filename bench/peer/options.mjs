/** What a comparison is asked for, from the command line. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { settingsOf } from './grid.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const USAGE = `node bench/peer/run.mjs --model PATH/model.160ms.int8.onnx [options]

  --model PATH         model with metadata of sherpa-onnx's streaming NeMo CTC; tokens.txt lies beside it
  --rt-model PATH      what rt serves in its place (the delta file that the model's card says mirrors it, if any)
  --chunk-ms N         chunk of the model          (from the file name: model.<N>ms[.int8].onnx)
  --precision NAME     fp32, int8, …               (from the file name)
  --name NAME          what the model is called    (name of its folder)
  --audio PATH         clips to loop, repeatable: file, folder or manifest.jsonl   (fixtures/audio/demo.wav)
  --transcripts PATH   clips to compare word for word, repeatable                  (those of --audio)
  --frame-ms N         length of a message (80)        --gap-ms N   silence between clips (600)
  --start N            streams the first ladder starts at (16)
  --settings LABEL     of the peer, as w2-b8-t1-i10; without it the best of a grid are looked for
  --seed N             of phases and first clips (1)
  --budget-min N       time for everything (40); what does not fit is left out and said
  --quick              15 s cells and two pairs, for a look
  --until PHASE        tune, capacity or pairs: stop behind it; what was measured is kept from capacity on
  --fresh              forget what was measured
  --rt-root PATH       built checkout of rt to measure (this one)
  --worker-args=TEXT   further flags of rt worker, as in '--worker-args=--threads 2'
  --load-args=TEXT     further flags of rt bench load
  --out NAME           folder in bench/runs            (<date>-peer-<name>-<chunk>-<precision>)`;

const OPTIONS = {
  model: { type: 'string' },
  'rt-model': { type: 'string' },
  'chunk-ms': { type: 'string' },
  precision: { type: 'string' },
  name: { type: 'string' },
  audio: { type: 'string', multiple: true, default: [path.join(ROOT, 'fixtures', 'audio', 'demo.wav')] },
  transcripts: { type: 'string', multiple: true },
  'frame-ms': { type: 'string', default: '80' },
  'gap-ms': { type: 'string', default: '600' },
  start: { type: 'string', default: '16' },
  settings: { type: 'string' },
  seed: { type: 'string', default: '1' },
  'budget-min': { type: 'string', default: '40' },
  quick: { type: 'boolean', default: false },
  until: { type: 'string', default: 'transcripts' },
  fresh: { type: 'boolean', default: false },
  'rt-root': { type: 'string', default: ROOT },
  'worker-args': { type: 'string', default: '' },
  'load-args': { type: 'string', default: '' },
  out: { type: 'string' },
};

export const PHASES = ['tune', 'capacity', 'pairs', 'transcripts'];

/**
 * @typedef {object} Options
 * @property {string} model @property {string} rtModel @property {number} chunkMs @property {string} precision @property {string} name
 * @property {readonly string[]} audio @property {readonly string[]} transcripts
 * @property {import('./grid.mjs').PeerSettings | undefined} settings
 * @property {number} frameMs @property {number} gapMs @property {number} start @property {number} seed
 * @property {number} budgetMs @property {boolean} isQuick @property {string} until @property {boolean} isFresh
 * @property {string} rtRoot @property {readonly string[]} workerArgs @property {readonly string[]} loadArgs
 * @property {string | undefined} out
 */

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv
 * @returns {Options}
 * @throws Error that says which option is wrong and what it may be
 */
export function readOptions(argv) {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS });
  if (values.model === undefined) throw new Error('--model is missing: the .onnx file both arms serve');
  const model = existing('--model', values.model);
  existing('--model', path.join(path.dirname(model), 'tokens.txt'));
  if (!PHASES.includes(values.until)) throw new Error(`--until is one of ${PHASES.join(', ')}`);
  const named = /\.(\d+)ms(?:\.(\w+))?\.onnx$/.exec(path.basename(model));
  const audio = values.audio.map((file) => existing('--audio', file));
  return {
    model,
    rtModel: existing('--rt-model', values['rt-model'] ?? mirrorOf(model)),
    chunkMs: positive('--chunk-ms', values['chunk-ms'] ?? named?.[1]),
    precision: values.precision ?? named?.[2] ?? 'fp32',
    name: values.name ?? path.basename(path.dirname(model)),
    audio,
    transcripts: values.transcripts?.map((file) => existing('--transcripts', file)) ?? audio,
    frameMs: positive('--frame-ms', values['frame-ms']),
    gapMs: positive('--gap-ms', values['gap-ms']),
    start: positive('--start', values.start),
    settings: settingsNamed(values.settings),
    seed: positive('--seed', values.seed),
    budgetMs: positive('--budget-min', values['budget-min']) * 60_000,
    isQuick: values.quick,
    until: values.until,
    isFresh: values.fresh,
    rtRoot: existing('--rt-root', values['rt-root']),
    workerArgs: wordsOf(values['worker-args']),
    loadArgs: wordsOf(values['load-args']),
    out: values.out,
  };
}

function settingsNamed(label) {
  const settings = label === undefined ? undefined : settingsOf(label);
  if (label !== undefined && settings === undefined)
    throw new Error(`--settings must be like w2-b8-t1-i10, not ${label}`);
  return settings;
}

function existing(flag, file) {
  const resolved = path.resolve(file);
  if (!existsSync(resolved)) throw new Error(`${flag}: there is no ${resolved}`);
  return resolved;
}

function positive(flag, text) {
  const value = Number(text);
  if (text !== undefined && Number.isInteger(value) && value > 0) return value;
  throw new Error(
    `${flag} must be a whole number above 0${text === undefined ? ' and is missing' : `, not ${text}`}`,
  );
}

function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/** The file with the same weights that rt prefers: a graph that returns only the new rows of its caches. */
function mirrorOf(model) {
  const folder = path.dirname(model);
  const card = path.join(folder, 'card.json');
  if (!existsSync(card)) return model;
  const files = Object.entries(JSON.parse(readFileSync(card, 'utf8')).files ?? {});
  const mirror = files.find(([, file]) => file.mirrors === path.basename(model));
  return mirror === undefined ? model : path.join(folder, mirror[0]);
}
