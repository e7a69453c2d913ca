/** Settings of `rt stream`. */
import { choice, integer, type Kind, listOf, text, toggle, url } from '../kinds.ts';
import type { Section } from '../setting.ts';

export type StreamFormat = 'text' | 'jsonl' | 'srt' | 'vtt';

export interface StreamConfig {
  readonly language: string;
  readonly model: string | undefined;
  /** Multiple of real time, or as fast as the gateway reads. */
  readonly pace: number | 'max';
  readonly chunkMs: number;
  readonly format: StreamFormat;
  readonly words: boolean;
  readonly interim: boolean;
  readonly vad: boolean;
  readonly encoding: 'pcm_s16le' | 'pcm_f32le' | 'mulaw' | 'alaw' | undefined;
  readonly sampleRate: number | undefined;
  readonly channels: number | undefined;
  readonly ref: string | undefined;
  readonly failOnLoss: boolean;
  /** Undefined: where the pace is that of speech, or given. */
  readonly resume: boolean | undefined;
  readonly fallbackGateways: readonly string[] | undefined;
  readonly mic: boolean;
  readonly device: string | undefined;
  readonly listDevices: boolean;
  readonly save: string | undefined;
  readonly parallel: number;
}

const pace: Kind<number | 'max'> = {
  form: 'value',
  placeholder: 'realtime|max|N',
  expects: 'realtime, max, or how many times real time, for example 2',
  parse: (raw) => {
    if (raw === 'realtime') return 1;
    if (raw === 'max') return raw;
    const factor = typeof raw === 'string' && /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : 0;
    return factor > 0 && factor <= 1000 ? factor : undefined;
  },
};

export const streamSection: Section<StreamConfig> = {
  name: 'stream',
  rows: {
    language: { flag: 'language', kind: text('CODE'), default: 'auto', doc: 'Spoken language.' },
    model: { flag: 'model', kind: text('NAME'), doc: "Model or alias. Without it: the gateway's choice." },
    pace: { flag: 'pace', kind: pace, default: 'realtime', doc: 'Speed at which a file is sent.' },
    chunkMs: {
      flag: 'chunk-ms',
      // Two seconds of 16-bit mono at 16 kHz still fit into one message.
      kind: integer(10, 2000),
      default: '100',
      doc: 'Milliseconds of audio per message.',
    },
    format: {
      flag: 'format',
      kind: choice('text', 'jsonl', 'srt', 'vtt'),
      default: 'text',
      doc: 'Finals as text, every event as a JSON line, or subtitles at the end.',
    },
    words: { flag: 'words', kind: toggle, default: 'false', doc: 'Ask for the time of each word.' },
    interim: {
      flag: 'interim',
      kind: toggle,
      default: 'true',
      doc: 'Ask for text while it may still change.',
    },
    vad: { flag: 'vad', kind: toggle, default: 'true', doc: 'Cut the stream into utterances at pauses.' },
    encoding: {
      flag: 'encoding',
      kind: choice('pcm_s16le', 'pcm_f32le', 'mulaw', 'alaw'),
      doc: 'Encoding of raw input. Without it: pcm_s16le.',
    },
    sampleRate: {
      flag: 'sample-rate',
      kind: integer(8000, 48_000),
      doc: 'Sample rate of raw input. Without it: 16000.',
    },
    channels: { flag: 'channels', kind: integer(1, 2), doc: 'Channels of raw input. Without it: 1.' },
    ref: {
      flag: 'ref',
      kind: text('TEXT|FILE'),
      doc: 'What is really said; prints the word error rate.',
      flagOnly: true,
    },
    failOnLoss: {
      flag: 'fail-on-loss',
      kind: toggle,
      default: 'false',
      doc: 'Exit 8 unless every sample is accounted for and no event is missing.',
    },
    resume: {
      flag: 'resume',
      kind: toggle,
      doc: 'Go on with the session when the connection is lost. Without it: unless --pace max.',
    },
    fallbackGateways: {
      flag: 'fallback-gateway',
      kind: listOf(url('ws', 'wss')),
      doc: 'Where to begin or go on when --gateway is gone; may be repeated.',
    },
    mic: {
      flag: 'mic',
      kind: toggle,
      default: 'false',
      doc: 'Stream the microphone until ^C.',
      flagOnly: true,
    },
    device: {
      flag: 'device',
      kind: text('ID|NAME'),
      doc: "Microphone, or a part of its name. Without it: the system's.",
      flagOnly: true,
    },
    listDevices: {
      flag: 'list-devices',
      kind: toggle,
      default: 'false',
      doc: 'Print the microphones there are.',
      flagOnly: true,
    },
    save: {
      flag: 'save',
      kind: text('DIR'),
      doc: 'Keep each stream as SESSION.json, .srt, .vtt, .txt and .wav.',
      flagOnly: true,
    },
    parallel: {
      flag: 'parallel',
      kind: integer(1, 64),
      default: '1',
      doc: 'How many files are streamed at once.',
      flagOnly: true,
    },
  },
};
