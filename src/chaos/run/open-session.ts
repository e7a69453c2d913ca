/** The sessions of a rehearsal: words with their places, and acknowledgements. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import type { StreamSession } from '../../client/ports.ts';
import { openResumingSession } from '../../client/resume/open-resuming-session.ts';
import { type LinkRecording, recordLinks } from './recorded-link.ts';

const CONNECT_TIMEOUT_MS = 10_000;

export interface OpenRequest {
  /** The first is asked first; the others are there to go on at. */
  readonly gateways: readonly string[];
  readonly recording: LinkRecording;
  /** What the client's own chances are drawn from. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws as openResumingSession does */
export function openSession(request: OpenRequest): Promise<StreamSession> {
  const { gateways, recording, random, clock, signal } = request;
  const [gateway = '', ...otherGateways] = gateways;
  return openResumingSession(
    {
      gateway,
      otherGateways: recording.resumes ? otherGateways : [],
      query: { word_timestamps: 'true', acks: 'true' },
      sampleRate: SAMPLE_RATE,
      channels: 1,
      encoding: 'pcm_s16le',
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    },
    { clock, signal, random, openLink: recordLinks(recording) },
  );
}
