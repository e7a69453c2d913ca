/** Compares the words of beacon audio (docs/beacon.md) that was sent with the text that came back. */
import { hearBeacon, openBeaconEar } from '../audio/beacon/beacon-decoder.ts';

/** Ids of words; audio that holds none is not judged. */
export interface BeaconLoss {
  readonly lost: readonly number[];
  readonly doubled: readonly number[];
}

export interface BeaconCheck {
  /** Listens to what is sent: 16-bit mono at 16 kHz, pieces of any length. */
  readonly hear: (samples: Int16Array) => void;
  /** What is missing in `transcript`, or in it more often than it was sent; undefined without a word to judge by. */
  readonly judge: (transcript: string) => BeaconLoss | undefined;
}

/** The end of a word shows in the silence behind it. */
const SILENCE_SAMPLES = 1_600;

export function createBeaconCheck(): BeaconCheck {
  let ear = openBeaconEar();
  const sent = new Map<number, number>();
  const hear = (samples: Int16Array): void => {
    const heard = hearBeacon(ear, samples);
    ear = heard.ear;
    for (const { id } of heard.words) sent.set(id, (sent.get(id) ?? 0) + 1);
  };
  return {
    hear,
    judge: (transcript) => {
      hear(new Int16Array(SILENCE_SAMPLES));
      if (sent.size === 0) return undefined;
      const told = countIds(transcript);
      const differs = (isLoss: boolean): number[] =>
        [...sent].flatMap(([id, times]) => {
          const more = (told.get(id) ?? 0) - times;
          return (isLoss ? more < 0 : more > 0) ? [id] : [];
        });
      return { lost: differs(true), doubled: differs(false) };
    },
  };
}

function countIds(transcript: string): ReadonlyMap<number, number> {
  const told = new Map<number, number>();
  for (const word of transcript.split(/\s+/u)) {
    if (!/^\d+$/.test(word)) continue;
    const id = Number(word);
    told.set(id, (told.get(id) ?? 0) + 1);
  }
  return told;
}
