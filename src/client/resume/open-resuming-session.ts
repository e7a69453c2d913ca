/** Opens a session that is to outlive its connections. */
import { bytesPerSample, isPcmEncoding } from '../../audio/pcm-decoder.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import { openLink } from '../link.ts';
import type { StreamOptions, StreamSession } from '../ports.ts';
import type { ResumeNotice } from './notice.ts';
import { type FirstLink, type Lines, ResumingSession } from './resuming-session.ts';

export interface ResumingOptions extends StreamOptions {
  /** Where to go on when `gateway` is gone; all share one registry. */
  readonly otherGateways?: readonly string[];
  /** The source cannot wait, as a microphone cannot. */
  readonly isLive?: boolean;
}

export interface ResumingContext {
  readonly clock?: Clock;
  /** Aborts connecting; an open session is ended with `close`. */
  readonly signal?: AbortSignal;
  readonly random?: () => number;
  readonly onNotice?: (notice: ResumeNotice) => void;
  /** Makes the connections; the network where nothing is said. */
  readonly openLink?: typeof openLink;
}

/**
 * Opens a session at the first gateway that answers. Acknowledgements are
 * told to the reader only where `query` asks for them. Without a `resume_token` the session ends with its
 * connection, as `openStreamSession` has it.
 * @throws RtError usage (packets of Opus have no positions), and as openStreamSession does
 */
export async function openResumingSession(
  options: ResumingOptions,
  context: ResumingContext = {},
): Promise<StreamSession> {
  const { encoding, channels, query } = options;
  if (!isPcmEncoding(encoding)) {
    throw new RtError('usage', `A session of ${encoding} cannot be resumed: its packets have no positions.`, {
      hint: 'Send pcm_s16le, pcm_f32le, mulaw or alaw, or open a session that is not resumed.',
    });
  }
  const lines: Lines = {
    gateways: [options.gateway, ...(options.otherGateways ?? [])],
    options: { ...options, query: { acks: 'true', ...query } },
    isLive: options.isLive ?? false,
    tellsAcks: query?.['acks'] !== undefined,
    frameBytes: bytesPerSample(encoding) * channels,
    clock: context.clock ?? systemClock,
    random: context.random ?? Math.random,
    openLink: context.openLink ?? openLink,
    onNotice: context.onNotice ?? (() => undefined),
  };
  const first = await openFirst(lines, context.signal);
  return new ResumingSession(lines, first);
}

async function openFirst(lines: Lines, signal: AbortSignal | undefined): Promise<FirstLink> {
  const { gateways, options, clock } = lines;
  for (let gateway = 0; ; gateway += 1) {
    try {
      const at = { ...options, gateway: gateways[gateway] ?? options.gateway };
      return { link: await lines.openLink(at, { clock, signal }), gateway };
    } catch (error) {
      const isElsewhereToTry = gateway + 1 < gateways.length;
      if (!isElsewhereToTry || toRtError(error).code !== 'gateway_unreachable') throw error;
    }
  }
}
