/** Opens what a person named, opens a session for it, and streams one through the other. */
import { type AudioSource, openAudioSource, type RawFormat } from '../audio/source.ts';
import type { Clock } from '../base/clock.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { StreamOptions, StreamSession } from './ports.ts';
import type { ResumeNotice } from './resume/notice.ts';
import { openResumingSession } from './resume/open-resuming-session.ts';
import { openStreamSession } from './stream-session.ts';
import { streamAudio, type StreamOutcome, type StreamRunOptions } from './streaming.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** What the session is asked for. */
export interface SessionWishes {
  readonly language: string;
  readonly model: string | undefined;
  readonly words: boolean;
  readonly interim: boolean;
  readonly vad: boolean;
}

/** That a lost connection is not the end of the session. */
export interface ResumeWishes {
  /** Where to go on when the gateway is gone. */
  readonly otherGateways: readonly string[];
}

export interface StreamFileOptions
  extends Pick<StreamRunOptions, 'chunkMs' | 'speed' | 'silenceTimeoutMs' | 'onMessage' | 'onSent'> {
  /** A path, an http(s) address, or `-` for stdin. */
  readonly input: string;
  /** How raw samples are to be read, where it was said. */
  readonly raw: { readonly [K in keyof RawFormat]: RawFormat[K] | undefined };
  readonly gateway: string;
  readonly wishes: SessionWishes;
  /** Without it the session ends with its connection. */
  readonly resume?: ResumeWishes | undefined;
  readonly onNotice?: (notice: ResumeNotice) => void;
  /** 10 s where nothing is said. */
  readonly connectTimeoutMs?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, before the session is opened. */
  readonly onSource: (source: AudioSource) => void;
  /** The audio that is sent, before it is: 16-bit mono at 16 kHz. */
  readonly onSamples?: ((samples: Int16Array) => void) | undefined;
}

/** @throws RtError of the source (file_unreadable, invalid_audio, component_missing) before any of the session */
export async function streamFile(options: StreamFileOptions): Promise<StreamOutcome> {
  const { encoding, sampleRate, channels } = options.raw;
  const said = Object.entries({ encoding, sampleRate, channels }).filter(([, value]) => value !== undefined);
  const source = await openAudioSource(options.input, { raw: Object.fromEntries(said) });
  options.onSource(source);
  const session = await openSession(options);
  const { onSamples, ...rest } = options;
  const frames = onSamples === undefined ? source.frames : overheard(source.frames, onSamples);
  return streamAudio({ ...rest, session, frames, sampleRate: source.sampleRate });
}

async function* overheard(
  frames: AsyncIterable<Int16Array>,
  listener: (samples: Int16Array) => void,
): AsyncGenerator<Int16Array, void, undefined> {
  for await (const samples of frames) {
    listener(samples);
    yield samples;
  }
}

function openSession(options: StreamFileOptions): Promise<StreamSession> {
  const { clock, signal, wishes, resume, onNotice } = options;
  const asked: StreamOptions = {
    gateway: options.gateway,
    language: wishes.language,
    ...(wishes.model === undefined ? {} : { model: wishes.model }),
    query: {
      word_timestamps: String(wishes.words),
      interim_results: String(wishes.interim),
      enable_vad: String(wishes.vad),
    },
    encoding: 'pcm_s16le',
    sampleRate: SAMPLE_RATE,
    channels: 1,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  };
  if (resume === undefined) return openStreamSession(asked, { clock, signal });
  // What comes from another program cannot be made to wait: it may be a microphone.
  const isLive = options.input === '-';
  return openResumingSession(
    { ...asked, ...resume, isLive },
    { clock, signal, ...(onNotice === undefined ? {} : { onNotice }) },
  );
}
