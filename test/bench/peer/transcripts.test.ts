import { expect, test } from 'vitest';
import { rowOf } from '../../../bench/peer/transcripts.mjs';
import { wordErrorRate } from '../../../src/bench/wer.ts';

/** A clip whose words were shown at the given times. */
function shown(text: string, atMs: readonly number[], reference?: string) {
  const words = text.split(' ').map((word, index) => ({ word, atMs: atMs[index] ?? 0 }));
  return { name: 'clip.wav', text, words, ...(reference === undefined ? {} : { reference }) };
}

const PEER = [shown('one two tree', [100, 200, 300], 'one two three')];

test('word errors are counted against what was said, differing words against the peer', () => {
  const ours = [shown('one two three', [90, 210, 290], 'one two three')];
  const row = rowOf({ name: 'rt-worker', clips: ours, peer: PEER }, wordErrorRate);
  expect(row).toMatchObject({ normaliser: 'rt-basic-1', wer: 0, refWords: 3, againstPeer: 1 / 3 });
  expect(rowOf({ name: 'peer', clips: PEER, peer: PEER }, wordErrorRate)).toMatchObject({
    wer: 1 / 3,
    againstPeer: 0,
    later: null,
  });
});

test('the time of a word is compared where both show the same one, whatever stands between', () => {
  const ours = [shown('and one two', [50, 90, 230])];
  const { later } = rowOf({ name: 'rt-worker', clips: ours, peer: PEER }, wordErrorRate);
  expect(later).toEqual({ words: 2, p50Ms: 10, worstMs: 30 });
});

test('without a reference there is no word error rate', () => {
  const peer = [shown('one', [10])];
  expect(rowOf({ name: 'rt-worker', clips: peer, peer }, wordErrorRate)).toMatchObject({
    wer: null,
    refWords: 0,
  });
});
