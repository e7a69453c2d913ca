import { describe, expect, it } from 'vitest';
import { splitSegments } from '../../../../src/engine/asr/whisper/segments.ts';

const OPTIONS = { endOfText: 10, firstTimestamp: 15, frames: 100 };

describe('segments', () => {
  it('[ENG-97] lie between the timestamps that open and close them', () => {
    expect(splitSegments([15, 1, 2, 40, 45, 3, 60], OPTIONS)).toEqual([
      { startFrame: 0, endFrame: 25, places: [1, 2] },
      { startFrame: 30, endFrame: 45, places: [5] },
    ]);
  });

  it('[ENG-97] go on to the end of the audio when nothing closes them', () => {
    expect(splitSegments([20, 1, 2], OPTIONS)).toEqual([{ startFrame: 5, endFrame: 100, places: [1, 2] }]);
    expect(splitSegments([1, 2], OPTIONS)).toEqual([{ startFrame: 0, endFrame: 100, places: [0, 1] }]);
  });

  it('[ENG-97] end with the audio, whatever the timestamps say, and hold no special tokens', () => {
    expect(splitSegments([215, 1, 12, 2, 230], OPTIONS)).toEqual([
      { startFrame: 100, endFrame: 100, places: [1, 3] },
    ]);
    expect(splitSegments([15, 20, 25], OPTIONS)).toEqual([]);
  });
});
