/** Which words a clip says and when each is spoken: from its manifest, or because its samples carry them. */
import { decodeBeacon } from '../../audio/beacon/beacon-decoder.ts';
import type { Clip } from '../program.ts';

/** The clip with the words that beacon audio tells of itself; others as their manifest has them. */
export function withWordTimes(clip: Clip): Clip {
  if (clip.words !== undefined) return clip;
  const heard = decodeBeacon(clip.samples);
  if (heard.length === 0) return clip;
  const words = heard.map(({ id, startSample, endSample }) => ({ word: String(id), startSample, endSample }));
  return { ...clip, words, text: clip.text ?? words.map(({ word }) => word).join(' ') };
}

/** Whether it is known of every word when it is spoken. */
export function hasWordTimes(clips: readonly Clip[]): boolean {
  const isTimed = ({ text, words }: Clip): boolean => words !== undefined || text === '';
  return clips.every(isTimed) && clips.some(({ words = [] }) => words.length > 0);
}
