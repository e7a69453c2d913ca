/**
 * Compares what the arms write: word errors against what was said, words that differ between the arms, and how much
 * later or earlier rt shows the same word.
 */
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runIsolated } from './namespace.mjs';
import { medianOf } from './table.mjs';

const SCRIPT = fileURLToPath(new URL('./transcribe.mjs', import.meta.url));
/** Clips are spoken one after the other in real time. */
const LIMIT_MS = 20 * 60_000;

const ARMS = [
  { name: 'peer', arm: 'peer', vad: true },
  { name: 'rt-worker', arm: 'rt-worker', vad: true },
  { name: 'rt-worker-no-vad', arm: 'rt-worker', vad: false },
];

/**
 * @typedef {object} Shown
 * @property {string} name of the clip
 * @property {string} [reference] what is said in it
 * @property {string} text
 * @property {{ word: string, atMs: number }[]} words and when each got its last form
 */

/**
 * @typedef {object} TranscriptRow
 * @property {string} arm
 * @property {string} normaliser
 * @property {number | null} wer against the references; null without any
 * @property {number} refWords
 * @property {number} againstPeer words that differ from the peer's, as a rate of its words
 * @property {{ words: number, p50Ms: number, worstMs: number } | null} later when the same words are shown, against
 *   the peer; negative is earlier
 */

/**
 * @param {import('./state.mjs').State} state
 * @param {object} spec what a CellSpec needs beside arm and load
 * @returns {Promise<TranscriptRow[]>}
 */
export async function compareTranscripts(state, spec) {
  const file = path.join(spec.rtRoot, 'dist', 'bench', 'wer.js');
  const { wordErrorRate } = await import(pathToFileURL(file).href);
  const transcripts = [];
  for (const { name, arm, vad } of ARMS) {
    const { clips } = await state.cell(`transcripts/${name}`, async () => {
      const command = [process.execPath, SCRIPT, JSON.stringify({ ...spec, arm, vad, capacity: 4 })];
      return { clips: JSON.parse(await runIsolated(command, { limitMs: LIMIT_MS })) };
    });
    transcripts.push({ name, clips });
  }
  const [peer] = transcripts;
  return transcripts.map(({ name, clips }) => rowOf({ name, clips, peer: peer.clips }, wordErrorRate));
}

/**
 * One row. Pure.
 *
 * @param {{ name: string, clips: readonly Shown[], peer: readonly Shown[] }} transcript
 * @param {(reference: string, hypothesis: string) => { sub: number, ins: number, del: number, refWords: number,
 *   normaliser: string, steps: readonly { kind: string }[] }} wordErrorRate
 * @returns {TranscriptRow}
 */
export function rowOf({ name, clips, peer }, wordErrorRate) {
  const said = clips.filter(({ reference }) => reference);
  const truth = said.map(({ reference, text }) => wordErrorRate(reference, text));
  const differing = clips.map(({ text }, index) => wordErrorRate(peer[index].text, text));
  const refWords = sumOf(truth, ({ refWords: words }) => words);
  const errors = (results) => sumOf(results, ({ sub, ins, del }) => sub + ins + del);
  const later = clips.flatMap(({ words }, index) =>
    laterMs({ words, peer: peer[index].words }, wordErrorRate),
  );
  return {
    arm: name,
    normaliser: differing[0]?.normaliser ?? '',
    wer: refWords === 0 ? null : errors(truth) / refWords,
    refWords,
    againstPeer:
      errors(differing) /
      Math.max(
        1,
        sumOf(differing, (result) => result.refWords),
      ),
    later:
      name === 'peer' || later.length === 0
        ? null
        : { words: later.length, p50Ms: medianOf(later), worstMs: Math.max(...later) },
  };
}

/** How much later each word that both show was shown. */
function laterMs({ words, peer }, wordErrorRate) {
  const text = (list) => list.map(({ word }) => word).join(' ');
  const { steps } = wordErrorRate(text(peer), text(words));
  const differences = [];
  let [i, j] = [0, 0];
  for (const { kind } of steps) {
    if (kind === 'match') differences.push(words[j].atMs - peer[i].atMs);
    if (kind !== 'ins') i++;
    if (kind !== 'del') j++;
  }
  return differences;
}

function sumOf(list, value) {
  return list.reduce((sum, each) => sum + value(each), 0);
}
