/**
 * Turns what a session was answered into latencies of its words (docs/bench.md, BEN-30 to BEN-34). Pure but for what
 * is recorded.
 *
 * Always true: a latency counts from the instant at which the last sample of the word was due, whenever it was sent; a
 * word counts by that instant and never by its answer; what the end of the stream brought about is not recorded.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { dueMs, messageOf, type Schedule } from '../schedule.ts';
import { alignWords } from '../wer.ts';
import { type HeardWord, heardWords } from './heard-words.ts';
import type { LoggedResult, SessionLog } from './session-log.ts';
import type { SpokenWord } from './spoken-words.ts';
import type { WordRecorder } from './word-recorder.ts';

export interface WordLagParts {
  readonly log: SessionLog;
  readonly spoken: readonly SpokenWord[];
  readonly schedule: Schedule;
  readonly words: WordRecorder;
}

export function recordWordLags(parts: WordLagParts): void {
  const { log, spoken, schedule, words } = parts;
  if (log.end === undefined || log.end.outcome.type === 'refused') return;
  const { outcome, atMs: goneMs } = log.end;
  const heard = matched(spoken, heardWords(log.results));
  for (const [index, word] of spoken.entries()) {
    const overMs = instantMs(parts, word);
    // What would have been said after a failure was not said.
    if (overMs < schedule.measureFromMs || overMs >= Math.min(schedule.measureUntilMs, goneMs)) continue;
    words.counts.spoken += 1;
    const answer = heard.get(index);
    if (answer !== undefined) recordWord(parts, word, answer);
    else if (outcome.type === 'complete') words.counts.missed += 1;
    else recordLost(words, goneMs - overMs);
  }
}

/** When the last sample of the word was due. */
function instantMs({ log }: WordLagParts, { endSample }: SpokenWord): number {
  return log.plan.startAtMs + (endSample * 1000) / SAMPLE_RATE;
}

/** By index of the spoken word, what was heard as it. A word that was shown before it began was another one. */
function matched(spoken: readonly SpokenWord[], heard: readonly HeardWord[]): ReadonlyMap<number, HeardWord> {
  const pairs = new Map<number, HeardWord>();
  let [said, told] = [0, 0];
  const keysOf = (words: readonly { readonly key: string }[]): readonly string[] =>
    words.map(({ key }) => key);
  for (const { kind } of alignWords(keysOf(spoken), keysOf(heard))) {
    const [word, answer] = [spoken[said], heard[told]];
    if (kind === 'match' && word !== undefined && answer !== undefined) {
      if (answer.first.audioEndSample > word.startSample) pairs.set(said, answer);
    }
    if (kind !== 'ins') said += 1;
    if (kind !== 'del') told += 1;
  }
  return pairs;
}

function recordWord(parts: WordLagParts, word: SpokenWord, answer: HeardWord): void {
  const { log, words } = parts;
  const { histograms, counts } = words;
  const overMs = instantMs(parts, word);
  const isOfItself = ({ receivedMs }: LoggedResult): boolean =>
    receivedMs < (log.end?.endSentAtMs ?? Infinity);
  if (isOfItself(answer.first)) {
    if (answer.first.receivedMs < overMs) counts.early += 1;
    histograms.word_first.recordMs(answer.first.receivedMs - overMs);
    if (word.isInside) recordParts(parts, word, answer.first);
  }
  if (isOfItself(answer.stable)) histograms.word_stable.recordMs(answer.stable.receivedMs - overMs);
  if (!isOfItself(answer.final)) return;
  histograms.word_final.recordMs(answer.final.receivedMs - overMs);
  if (answer.isLastOfFinal && !word.isInside)
    histograms.true_end_lag.recordMs(answer.final.receivedMs - overMs);
}

/** The same time once more, in its parts. */
function recordParts(parts: WordLagParts, word: SpokenWord, first: LoggedResult): void {
  const { log, schedule, words } = parts;
  const overMs = instantMs(parts, word);
  const sentMs = dueMs(schedule, log.plan, messageOf(schedule, word.endSample));
  const neededMs = dueMs(schedule, log.plan, messageOf(schedule, first.audioEndSample));
  words.histograms.inside_first.recordMs(first.receivedMs - overMs);
  words.parts.push({
    bufferMs: sentMs - overMs,
    audioMs: neededMs - sentMs,
    answerMs: first.receivedMs - neededMs,
  });
}

/** Nobody waits any longer: it counts with the time it was waited for. */
function recordLost({ counts, histograms }: WordRecorder, waitedMs: number): void {
  counts.lost += 1;
  const { word_first: first, word_stable: stable, word_final: final } = histograms;
  for (const histogram of [first, stable, final]) histogram.recordMs(waitedMs);
}
