import { describe, expect, it } from 'vitest';
import { readOutputBuffers } from '../../../src/app/bench-captions.ts';
import { createFanOutTally } from '../../../src/bench/captions/fan-out-tally.ts';

const event = (seq: number): string => JSON.stringify({ type: 'transcript.final', seq, text: 'a' });
const partial = (audioEnd: number): string =>
  JSON.stringify({ type: 'transcript.partial', text: 'a', audio_end: audioEnd });

describe('what readers got', () => {
  it('[BEN-65] is counted from the receipt of the speaker, whoever had it first', () => {
    const tally = createFanOutTally(1);
    const [fast, slow] = [tally.addReader(false), tally.addReader(true)];
    tally.spoke(event(2), 100);
    fast.heard(event(2), 107);
    slow.heard(event(2), 600);
    fast.heard(partial(1), 199);
    tally.spoke(partial(1), 200);
    slow.heard(partial(1), 260);
    expect(tally.histograms.fanout.figures()).toMatchObject({ n: 2, min: 0, max: 7 });
    expect(tally.histograms.fanout_slow.figures()).toMatchObject({ n: 2, min: 60, max: 500 });
    expect(tally.counts()).toEqual({
      ...{ events: 1, partials: 1, lost: 0, doubled: 0, lostPartials: 0, ahead: 1 },
    });
  });

  it('[BEN-66] knows what is missing in between and at the end, and what came again', () => {
    const tally = createFanOutTally(1);
    const [first, second] = [tally.addReader(false), tally.addReader(false)];
    for (const seq of [2, 3, 4, 5]) tally.spoke(event(seq), seq);
    for (const end of [1, 2]) tally.spoke(partial(end), 9);
    for (const seq of [2, 4, 4, 5]) first.heard(event(seq), 10);
    first.heard(partial(2), 10);
    for (const seq of [2, 3]) second.heard(event(seq), 10);
    expect(tally.counts()).toMatchObject({ events: 4, lost: 1 + 2, doubled: 1, lostPartials: 1 + 2 });
    expect([tally.lastSeq, first.lastSeq, second.lastSeq]).toEqual([5, 5, 3]);
  });

  it('passes over acks, what was said before the readers came, and what is no JSON', () => {
    const tally = createFanOutTally(1);
    const reader = tally.addReader(false);
    for (const text of [event(1), '{"type":"ack","received":1}', 'oops']) {
      tally.spoke(text, 1);
      reader.heard(text, 1);
    }
    expect(tally.counts()).toMatchObject({ events: 0, partials: 0, lost: 0 });
  });
});

describe('what Redis holds back', () => {
  it('[BEN-67] is counted of the readers of the run alone', () => {
    const list = [
      'id=3 addr=127.0.0.1:1 name=rt-bench-reader oll=0 omem=0 tot-mem=1928 events=r',
      'id=4 addr=127.0.0.1:2 name=rt-bench-reader oll=9 omem=20512 tot-mem=22440 events=rw',
      'id=5 addr=127.0.0.1:3 name=gateway-1 oll=0 omem=99999 tot-mem=1928 events=r',
    ].join('\n');
    expect(readOutputBuffers(list, 'rt-bench-reader')).toEqual({
      ...{ clients: 2, totalBytes: 20512, largestBytes: 20512 },
    });
    expect(readOutputBuffers('', 'x')).toEqual({ clients: 0, totalBytes: 0, largestBytes: 0 });
  });
});
