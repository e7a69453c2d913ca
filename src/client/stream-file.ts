/** Opens what a person named, opens a session for it, and streams one through the other. */
import { type AudioSource, openAudioSource, type RawFormat } from '../audio/source.ts';
import type { Clock } from '../base/clock.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
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

export interface StreamFileOptions
  extends Pick<StreamRunOptions, 'chunkMs' | 'speed' | 'silenceTimeoutMs' | 'onMessage' | 'onSent'> {
  /** A path, an http(s) address, or `-` for stdin. */
  readonly input: string;
  /** How raw samples are to be read, where it was said. */
  readonly raw: { readonly [K in keyof RawFormat]: RawFormat[K] | undefined };
  readonly gateway: string;
  readonly wishes: SessionWishes;
  /** 10 s where nothing is said. */
  readonly connectTimeoutMs?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, before the session is opened. */
  readonly onSource: (source: AudioSource) => void;
}

/** @throws RtError of the source (file_unreadable, invalid_audio, component_missing) before any of the session */
export async function streamFile(options: StreamFileOptions): Promise<StreamOutcome> {
  const { clock, signal, wishes } = options;
  const { encoding, sampleRate, channels } = options.raw;
  const said = Object.entries({ encoding, sampleRate, channels }).filter(([, value]) => value !== undefined);
  const source = await openAudioSource(options.input, { raw: Object.fromEntries(said) });
  options.onSource(source);
  const session = await openStreamSession(
    {
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
    },
    { clock, signal },
  );
  return streamAudio({ ...options, session, frames: source.frames, sampleRate: source.sampleRate });
}
