/**
 * What each arm writes, and when: every clip once, in real time, one stream after the other.
 *
 *   node bench/peer/transcribe.mjs SPEC        (inside a namespace; SPEC is a CellSpec as JSON with `vad`)
 *
 * Prints for every clip its final text and when each of its words was first shown, in milliseconds after the first
 * sample was due. The wires are those of `rt bench load`.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startArm } from './arms.mjs';

const SAMPLES_PER_MS = 16;

/** The built module of the measured checkout. */
const imported = (root, module) => import(pathToFileURL(path.join(root, 'dist', module)).href);

async function openWire(spec, target) {
  const connectTimeoutMs = 10_000;
  if (spec.arm === 'peer') {
    const { createSherpaWire } = await imported(spec.rtRoot, 'bench/wires/sherpa-wire.js');
    return createSherpaWire({ server: target, chunkMs: spec.chunkMs, lookaheadMs: 0, connectTimeoutMs });
  }
  const { createWorkerWire } = await imported(spec.rtRoot, 'bench/wires/worker-wire.js');
  return createWorkerWire({ worker: target, model: 'fast', vad: spec.vad, connectTimeoutMs });
}

/** Streams one clip in real time and resolves with what was shown. */
function transcribe(wire, { samples, frameMs }) {
  const perMessage = frameMs * SAMPLES_PER_MS;
  const finals = [];
  const words = [];
  let startMs = 0;
  let shown = '';
  const show = (text) => {
    const all = [...finals, text].join(' ').split(/\s+/).filter(Boolean);
    const atMs = Math.round(performance.now() - startMs);
    for (let i = words.length; i < all.length; i++) words.push({ word: all[i], atMs });
    for (let i = 0; i < all.length; i++) if (words[i].word !== all[i]) words[i] = { word: all[i], atMs };
    words.length = all.length;
  };
  return new Promise((resolve, reject) => {
    const stream = wire.open({
      onReady: () => void speak(),
      onResult({ text, isFinal }) {
        show(text);
        shown = isFinal ? '' : text;
        if (isFinal && text !== '') finals.push(text);
      },
      onWarning: () => undefined,
      onFault: ({ message }) => reject(new Error(message)),
      onEnd: () => resolve({ text: [...finals, shown].join(' ').trim(), words }),
      onClose: () => reject(new Error('closed before the end')),
    });
    async function speak() {
      startMs = performance.now();
      for (let from = 0; from < samples.length; from += perMessage) {
        const dueMs = startMs + (from / perMessage + 1) * frameMs;
        await new Promise((next) => setTimeout(next, Math.max(0, dueMs - performance.now())));
        stream.send(samples.slice(from, from + perMessage));
      }
      stream.end();
    }
  });
}

async function main(spec) {
  const { readClips } = await imported(spec.rtRoot, 'bench/clips.js');
  const arm = await startArm(spec);
  const wire = await openWire(spec, arm.target[1]);
  const clips = [];
  for (const { name, samples, text } of await readClips(spec.audio)) {
    const padded = new Int16Array(samples.length + spec.gapMs * SAMPLES_PER_MS);
    padded.set(samples);
    clips.push({
      name,
      reference: text,
      ...(await transcribe(wire, { samples: padded, frameMs: spec.frameMs })),
    });
  }
  return clips;
}

try {
  const clips = await main(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(`${JSON.stringify(clips)}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
