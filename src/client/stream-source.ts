/** Opens a source of audio, opens a session for it, and streams one through the other. */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { type AudioSource, openAudioSource, type RawFormat } from '../audio/source.ts';
import type { Clock } from '../base/clock.ts';
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

/** Audio that is still to be opened. */
export interface SourceOpening {
  /** Ends waiting when the signal does, where it can. */
  readonly open: (signal: AbortSignal) => Promise<AudioSource>;
  /** It cannot wait, as a microphone cannot. */
  readonly isLive: boolean;
}

export interface StreamSourceOptions
  extends Pick<
    StreamRunOptions,
    'chunkMs' | 'speed' | 'silenceTimeoutMs' | 'stop' | 'onMessage' | 'onSent' | 'onSamples'
  > {
  readonly source: SourceOpening;
  readonly gateway: string;
  readonly wishes: SessionWishes;
  /** Has `onMessage` get the acknowledgements that a session to be resumed asks for. */
  readonly acks?: boolean | undefined;
  /** Without it the session ends with its connection. */
  readonly resume?: ResumeWishes | undefined;
  readonly onNotice?: (notice: ResumeNotice) => void;
  /** 10 s where nothing is said. */
  readonly connectTimeoutMs?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, before the session is opened. */
  readonly onSource: (source: AudioSource) => void;
}

/** What a person named: a path, an http(s) address, or `-` for stdin, with what is known of raw samples. */
export function namedSource(
  input: string,
  raw: { readonly [K in keyof RawFormat]?: RawFormat[K] | undefined } = {},
): SourceOpening {
  const { encoding, sampleRate, channels } = raw;
  const said = Object.entries({ encoding, sampleRate, channels }).filter(([, value]) => value !== undefined);
  return {
    open: (signal) => openAudioSource(input, { raw: Object.fromEntries(said), signal }),
    // What comes from another program cannot be made to wait: it may be a microphone.
    isLive: input === '-',
  };
}

/** @throws RtError of the source (file_unreadable, invalid_audio, component_missing …) before any of the session */
export async function streamSource(options: StreamSourceOptions): Promise<StreamOutcome> {
  const { signal, stop } = options;
  const until = stop === undefined ? signal : AbortSignal.any([signal, stop]);
  const source = await unlessAborted(options.source.open(until), until);
  try {
    options.onSource(source);
    const session = await openSession(options, until);
    return await streamAudio({ ...options, session, frames: source.frames, sampleRate: source.sampleRate });
  } finally {
    // Not awaited: it may be waiting for a source that never speaks again, such as a terminal.
    source.close().catch(() => undefined);
  }
}

/** A source may take for ever to open: a terminal where nobody types, a server that does not answer. */
async function unlessAborted(opening: Promise<AudioSource>, signal: AbortSignal): Promise<AudioSource> {
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  } finally {
    settled.abort();
  }
}

function openSession(options: StreamSourceOptions, signal: AbortSignal): Promise<StreamSession> {
  const { clock, wishes, resume, onNotice } = options;
  const asked: StreamOptions = {
    gateway: options.gateway,
    language: wishes.language,
    ...(wishes.model === undefined ? {} : { model: wishes.model }),
    query: {
      word_timestamps: String(wishes.words),
      interim_results: String(wishes.interim),
      enable_vad: String(wishes.vad),
      ...(options.acks === true && resume !== undefined ? { acks: 'true' } : {}),
    },
    encoding: 'pcm_s16le',
    sampleRate: SAMPLE_RATE,
    channels: 1,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  };
  if (resume === undefined) return openStreamSession(asked, { clock, signal });
  return openResumingSession(
    { ...asked, ...resume, isLive: options.source.isLive },
    { clock, signal, ...(onNotice === undefined ? {} : { onNotice }) },
  );
}
