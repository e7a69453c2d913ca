/** One session of a trial, from its connection to its end, at the pace of speech. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { StreamSession } from '../../client/ports.ts';
import { streamAudio } from '../../client/streaming.ts';
import { type RecordingOptions, recordSession } from './recorded-session.ts';
import { CHUNK_MS } from './session-program.ts';

/** Longer than anything a session may wait for a worker. */
const SILENCE_TIMEOUT_MS = 70_000;

/** How sessions are opened: one connection, or one that resumes. */
export type OpenSession = (gateway: string, signal: AbortSignal) => Promise<StreamSession>;

export interface DriveOptions extends RecordingOptions {
  readonly open: OpenSession;
  readonly gateway: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Resolves when the session is over, whichever way: the history tells. @throws the signal's reason */
export async function driveSession(options: DriveOptions): Promise<void> {
  const { program, history, open, gateway, clock, signal } = options;
  const { actor, pcm, flushSample } = program;
  await clock.sleep(program.startMs, signal);
  history.add(actor, { op: 'connect', gateway });
  let opened: StreamSession;
  try {
    opened = await open(gateway, signal);
  } catch (error) {
    history.add(actor, { op: 'close', code: 1006, reason: messageOf(error) });
    return;
  }
  const session = recordSession(opened, options);
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
