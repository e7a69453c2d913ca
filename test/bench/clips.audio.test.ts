/** The manifest of real recordings, as somebody else wrote it. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readClips } from '../../src/bench/clips.ts';

const FOLDER = process.env['RT_TEST_AUDIO'] ?? '';

it('[BEN-34] a recording comes with the words of the manifest beside it', async () => {
  const [clip] = await readClips([join(FOLDER, 'jfk.wav')]);
  expect(clip?.text).toMatch(/^and so my fellow americans/i);
  expect(clip?.words?.length).toBe(clip?.text?.split(' ').length);
  expect(clip?.words?.[0]).toMatchObject({ word: expect.stringMatching(/^and$/i) as unknown });
});
