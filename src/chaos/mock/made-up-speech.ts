/**
 * What the mock hears: made-up words at fixed places, whatever the audio is.
 *
 * Every 2 s of audio are one utterance: speech from 0.2 s, three words of 0.4 s each, the final at 1.8 s.
 * So the words, their times and their `seq` are functions of the position alone, which is what lets a
 * server without memory resume a session exactly. Positions are samples at 16 kHz.
 */
import type {
  SessionEnd,
  TranscriptFinal,
  TranscriptPartial,
  VadSpeechEnd,
  VadSpeechStart,
  WireSegment,
  WireWord,
} from '../../protocol/server-messages.ts';
import { toWireSeconds } from '../../protocol/time.ts';

const MS = 16;
const PERIOD_SAMPLES = 2_000 * MS;
const SPEECH_START_SAMPLES = 200 * MS;
/** Where the start of speech is told. */
const NOTICE_SAMPLES = 400 * MS;
const WORD_SAMPLES = 400 * MS;
const WORDS_PER_UTTERANCE = 3;
/** Where the end of speech is decided and the final follows. */
const FINAL_SAMPLES = 1_800 * MS;
const DURABLE_PER_UTTERANCE = 3;
const CONFIDENCE = 0.9;

const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliett'];

export interface SpeechOptions {
  readonly partials: boolean;
  readonly words: boolean;
}

export type SpeechMessage = VadSpeechStart | VadSpeechEnd | TranscriptPartial | TranscriptFinal;

export interface SpeechEvent {
  /** The position at which it is told. */
  readonly atSample: number;
  /** Its number in a session that is not resumed; a partial has none. `session.begin` is 1. */
  readonly seq: number | undefined;
  readonly message: SpeechMessage;
}

/** What is told after `fromSample`, up to and including `toSample`. */
export function speechBetween(
  fromSample: number,
  toSample: number,
  options: SpeechOptions,
): readonly SpeechEvent[] {
  const events: SpeechEvent[] = [];
  const lastUtterance = Math.floor(toSample / PERIOD_SAMPLES);
  for (let index = Math.floor(fromSample / PERIOD_SAMPLES); index <= lastUtterance; index += 1) {
    events.push(...utterance(index, options));
  }
  return events.filter(({ atSample }) => atSample > fromSample && atSample <= toSample);
}

/** The end of a session at `position`: the utterance that is open, and the sum of everything. */
export function speechEnd(
  position: { readonly sample: number; readonly totalDurationS: number; readonly sessionId: string },
  options: SpeechOptions,
): { readonly events: readonly SpeechEvent[]; readonly end: SessionEnd } {
  const { sample } = position;
  const told = speechBetween(0, sample, options);
  const events = cutShort(sample, options);
  const finals = [...told, ...events].flatMap(({ message }) =>
    message.type === 'transcript.final' ? [message] : [],
  );
  const segments: WireSegment[] = finals.map(({ start, end, text }) => ({ start, end, text }));
  return {
    events,
    end: {
      type: 'session.end',
      session_id: position.sessionId,
      total_duration: position.totalDurationS,
      total_speech_duration: segments.reduce((sum, { start, end }) => sum + end - start, 0),
      transcript: segments.map(({ text }) => text).join(' '),
      segments,
    },
  };
}

/** Everything before it is in a final that was told, or is no speech. */
export function committedAt(sample: number): number {
  const begin = Math.floor(sample / PERIOD_SAMPLES) * PERIOD_SAMPLES;
  const isFinal = sample - begin >= FINAL_SAMPLES;
  return isFinal ? begin + FINAL_SAMPLES : Math.max(0, begin - PERIOD_SAMPLES + FINAL_SAMPLES);
}

function utterance(index: number, options: SpeechOptions): SpeechEvent[] {
  const begin = index * PERIOD_SAMPLES;
  const partials = Array.from({ length: options.partials ? WORDS_PER_UTTERANCE : 0 }, (_, spoken) => {
    const atSample = begin + SPEECH_START_SAMPLES + (spoken + 1) * WORD_SAMPLES;
    return { atSample, seq: undefined, message: partialOf(index, spoken + 1, { ...options, atSample }) };
  });
  return [
    startOf(index),
    ...partials,
    ...closing(index, { ...options, count: WORDS_PER_UTTERANCE, atSample: begin + FINAL_SAMPLES }),
  ];
}

/** The end of the utterance that is open at `sample`, with the words that are whole. */
function cutShort(sample: number, options: SpeechOptions): readonly SpeechEvent[] {
  const index = Math.floor(sample / PERIOD_SAMPLES);
  const offset = sample - index * PERIOD_SAMPLES;
  if (offset < NOTICE_SAMPLES || offset >= FINAL_SAMPLES) return [];
  const whole = Math.floor((offset - SPEECH_START_SAMPLES) / WORD_SAMPLES);
  return closing(index, { ...options, count: Math.min(whole, WORDS_PER_UTTERANCE), atSample: sample });
}

function startOf(index: number): SpeechEvent {
  const begin = index * PERIOD_SAMPLES;
  return {
    atSample: begin + NOTICE_SAMPLES,
    seq: 2 + index * DURABLE_PER_UTTERANCE,
    message: { type: 'vad.speech_start', timestamp: toWireSeconds(begin + SPEECH_START_SAMPLES) },
  };
}

/** End of speech and, where a word was whole, the final. */
function closing(
  index: number,
  options: SpeechOptions & { readonly count: number; readonly atSample: number },
): SpeechEvent[] {
  const { atSample, count } = options;
  const words = wordsOf(index, count);
  const firstSeq = 3 + index * DURABLE_PER_UTTERANCE;
  const endOfWords = words.at(-1)?.end ?? toWireSeconds(atSample);
  const speechEndEvent: SpeechEvent = {
    atSample,
    seq: firstSeq,
    message: { type: 'vad.speech_end', timestamp: endOfWords },
  };
  if (words.length === 0) return [speechEndEvent];
  const final: TranscriptFinal = {
    type: 'transcript.final',
    text: textOf(words),
    start: toWireSeconds(index * PERIOD_SAMPLES + SPEECH_START_SAMPLES),
    end: endOfWords,
    audio_end: toWireSeconds(atSample),
    confidence: CONFIDENCE,
    words: options.words ? words : null,
  };
  return [speechEndEvent, { atSample, seq: firstSeq + 1, message: final }];
}

function partialOf(
  index: number,
  count: number,
  options: SpeechOptions & { readonly atSample: number },
): TranscriptPartial {
  const words = wordsOf(index, count);
  const text = textOf(words);
  return {
    type: 'transcript.partial',
    text,
    start: toWireSeconds(index * PERIOD_SAMPLES + SPEECH_START_SAMPLES),
    end: toWireSeconds(options.atSample),
    audio_end: toWireSeconds(options.atSample),
    stable_chars: text.length,
    ...(options.words ? { words } : {}),
  };
}

function wordsOf(index: number, count: number): readonly WireWord[] {
  const begin = index * PERIOD_SAMPLES + SPEECH_START_SAMPLES;
  return Array.from({ length: count }, (_, place) => ({
    word: WORDS[(index * WORDS_PER_UTTERANCE + place) % WORDS.length] ?? '',
    start: toWireSeconds(begin + place * WORD_SAMPLES),
    end: toWireSeconds(begin + (place + 1) * WORD_SAMPLES),
    confidence: CONFIDENCE,
  }));
}

function textOf(words: readonly WireWord[]): string {
  return words.map(({ word }) => word).join(' ');
}
