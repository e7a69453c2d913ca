/** The sessions of a rehearsal: words with their places, and acknowledgements. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import { openStreamSession } from '../../client/stream-session.ts';
import type { OpenSession } from './drive-session.ts';

const CONNECT_TIMEOUT_MS = 10_000;

export function createOpenSession(clock: Clock): OpenSession {
  return (gateway, signal) =>
    openStreamSession(
      {
        gateway,
        query: { word_timestamps: 'true', acks: 'true' },
        sampleRate: SAMPLE_RATE,
        channels: 1,
        encoding: 'pcm_s16le',
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      },
      { clock, signal },
    );
}
