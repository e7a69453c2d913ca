import { describe, expect, it } from 'vitest';
import { makeBeaconAudio } from '../../src/audio/beacon/beacon-audio.ts';
import { createBeaconCheck, type BeaconLoss } from '../../src/client/beacon-check.ts';

const { pcm, words } = makeBeaconAudio({ seed: 3, durationMs: 6_000, firstId: 40 });
const ids = words.map(({ id }) => id);

function judge(transcript: string): BeaconLoss | undefined {
  const check = createBeaconCheck();
  for (let at = 0; at < pcm.length; at += 1_234) check.hear(pcm.subarray(at, at + 1_234));
  return check.judge(transcript);
}

describe('words of beacon audio', () => {
  it('[CLI-14] are all there, or named', () => {
    const [first, second] = ids;
    expect(ids.length).toBeGreaterThan(3);
    expect(judge(ids.join(' '))).toEqual({ lost: [], doubled: [] });
    expect(judge(ids.slice(1).join(' '))).toEqual({ lost: [first], doubled: [] });
    expect(judge([...ids, second].join(' '))).toEqual({ lost: [], doubled: [second] });
  });

  it('are not looked for in other audio', () => {
    const check = createBeaconCheck();
    check.hear(new Int16Array(16_000).fill(900));
    expect(check.judge('one two')).toBeUndefined();
  });
});
