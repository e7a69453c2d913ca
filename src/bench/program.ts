/** The audio every session plays: the clips in a circle with silence between them, begun anywhere. Pure. */
import type { SampleRange } from '../audio/frame.ts';

/** A word and where it is spoken, counted from the start of its clip. */
export interface TimedWord extends SampleRange {
  readonly word: string;
}

export interface Clip {
  readonly name: string;
  /** 16 kHz mono. */
  readonly samples: Int16Array;
  /** What is said in it, where that is known. */
  readonly text: string | undefined;
  /** When each word of it is spoken, in order, where that is known. */
  readonly words?: readonly TimedWord[] | undefined;
}

export interface Program {
  /** One round, and the beginning of the next so that no message is in two pieces. */
  readonly samples: Int16Array;
  readonly loopSamples: number;
  /** Where the clips lie in the round, in order. */
  readonly clips: readonly {
    readonly startSample: number;
    readonly endSample: number;
    readonly text: string;
    readonly words: readonly TimedWord[] | undefined;
  }[];
  /** Whether what is said is known of every clip. */
  readonly hasReferences: boolean;
}

export interface ProgramOptions {
  readonly gapSamples: number;
  /** Longest message that will be taken from it. */
  readonly frameSamples: number;
}

/** `clips` hold at least one sample between them. */
export function createProgram(clips: readonly Clip[], options: ProgramOptions): Program {
  const { gapSamples, frameSamples } = options;
  const loopSamples = clips.reduce((sum, { samples }) => sum + samples.length + gapSamples, 0);
  const round = new Int16Array(loopSamples);
  const placed: Program['clips'][number][] = [];
  let startSample = 0;
  for (const { samples, text = '', words } of clips) {
    round.set(samples, startSample);
    placed.push({ startSample, endSample: startSample + samples.length, text, words });
    startSample += samples.length + gapSamples;
  }
  const samples = new Int16Array(loopSamples + frameSamples);
  for (let at = 0; at < samples.length; at += loopSamples) {
    samples.set(round.subarray(0, samples.length - at), at);
  }
  return {
    samples,
    loopSamples,
    clips: placed,
    hasReferences: clips.every(({ text }) => text !== undefined),
  };
}

/** `count` samples from the position `fromSample` of a stream that began at `offsetSamples`; a view, not a copy. */
export function samplesAt(
  program: Program,
  stream: { readonly offsetSamples: number; readonly fromSample: number },
  count: number,
): Int16Array {
  const at = (stream.offsetSamples + stream.fromSample) % program.loopSamples;
  return program.samples.subarray(at, at + count);
}

export interface Spoken {
  readonly text: string;
  /** It was being spoken when the stream began, or when it ended. */
  readonly isCutAtStart: boolean;
  readonly isCutAtEnd: boolean;
}

/** What a stream of `count` samples that began at `offsetSamples` says, clip by clip. */
export function spokenIn(program: Program, offsetSamples: number, count: number): readonly Spoken[] {
  const { clips, loopSamples } = program;
  const endSample = offsetSamples + count;
  const spoken: Spoken[] = [];
  for (let roundStart = 0; roundStart < endSample; roundStart += loopSamples) {
    for (const clip of clips) {
      const from = roundStart + clip.startSample;
      const to = roundStart + clip.endSample;
      if (to <= offsetSamples || from >= endSample) continue;
      spoken.push({ text: clip.text, isCutAtStart: from < offsetSamples, isCutAtEnd: to > endSample });
    }
  }
  return spoken;
}
