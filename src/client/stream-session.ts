/**
 * One streaming session with a gateway, on one socket. It does not reconnect: a session whose connection is lost is
 * over (`resume/resuming-session.ts` goes on).
 */
import { type Clock, systemClock } from '../base/clock.ts';
import { openLink } from './link.ts';
import type { StreamOptions, StreamSession } from './ports.ts';

/** Audio that may wait in this process; a longer queue would only hide that the gateway reads slowly. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface StreamSessionContext {
  readonly clock?: Clock;
  /** Aborts connecting; an open session is ended with `close`. */
  readonly signal?: AbortSignal;
}

/** @throws RtError gateway_unreachable, unauthenticated, forbidden, rate_limited, interrupted */
export async function openStreamSession(
  options: StreamOptions,
  context: StreamSessionContext = {},
): Promise<StreamSession> {
  const { clock = systemClock, signal } = context;
  const link = await openLink(options, { clock, signal });
  return {
    messages: link.messages,
    isRecovering: false,
    send: (audio) => {
      link.send(audio);
      return link.drained(MAX_UNSENT_BYTES);
    },
    flush: () => link.say({ type: 'flush' }),
    clear: () => link.say({ type: 'clear' }),
    configure: (config) => link.say({ type: 'config', ...config }),
    end: () => link.say({ type: 'end' }),
    close: (code = 1000) => link.close(code),
    closed: link.closed,
  };
}
