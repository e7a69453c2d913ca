/** One session of a trial, from its connection to its end, at the pace of speech. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { StreamSession } from '../../client/ports.ts';
import { streamAudio } from '../../client/streaming.ts';
import { type OpenRequest, openSession } from './open-session.ts';
import type { LinkRecording } from './recorded-link.ts';
import { recordSession, type SessionRecording } from './recorded-session.ts';
import { CHUNK_MS, type SessionProgram } from './session-program.ts';

/** Longer than anything a session may wait for a worker. */
const SILENCE_TIMEOUT_MS = 70_000;

export interface DriveOptions
  extends Omit<OpenRequest, 'recording'>,
    Omit<SessionRecording, 'actor'>,
    Omit<LinkRecording, 'actor' | 'onFinal'> {
  readonly program: SessionProgram;
}

/** Resolves when the session is over, whichever way: the history tells. @throws the signal's reason */
export async function driveSession(options: DriveOptions): Promise<void> {
  const { program, index, onFact, clock, signal } = options;
  const { actor, pcm, flushSample } = program;
  await clock.sleep(program.startMs, signal);
  const onFinal = (nth: number): void => onFact({ on: 'final', session: index, nth });
  let opened: StreamSession;
  try {
    opened = await openSession({ ...options, recording: { ...options, actor, onFinal } });
  } catch {
    // Why is in the history.
    signal.throwIfAborted();
    return;
  }
  const session = recordSession(opened, { ...options, actor });
  try {
    await streamAudio({
      ...{ session, clock, signal, chunkMs: CHUNK_MS, sampleRate: SAMPLE_RATE, speed: 1 },
      frames: once(pcm),
      silenceTimeoutMs: SILENCE_TIMEOUT_MS,
      onMessage: () => undefined,
      onSent: (endSample) => {
        if (endSample === flushSample) session.flush();
      },
    });
  } catch {
    // What went wrong is in the history: there is no session.end.
    signal.throwIfAborted();
  }
  await opened.closed;
}

async function* once(pcm: Int16Array): AsyncGenerator<Int16Array> {
  yield await Promise.resolve(pcm);
}
