/** Where a session begins for the gateway that has it now: at its beginning, or where others left it. */
import type { WireSegment } from '../../protocol/server-messages.ts';
import type { WorkerMessage } from '../../protocol/worker-messages.ts';

export interface SessionStart {
  /** Number of the last event; that of `begin` where the session was resumed. */
  readonly lastSeq: number;
  readonly segments: readonly WireSegment[];
  /** What the client was told of speech so far. */
  readonly told: readonly WorkerMessage[];
  /** Position of the first audio that will come, in samples at 16 kHz. */
  readonly startSample: number;
  readonly finalisedSample: number;
  /** Shown to take the session up again; undefined when it cannot be. */
  readonly token: { readonly token: string; readonly sum: string } | undefined;
  /** `session.begin` as it is journaled, and the events behind it that the client lacks; undefined: a new session. */
  readonly resumed: { readonly begin: string; readonly replay: readonly string[] } | undefined;
}

export function startAtBeginning(token: SessionStart['token']): SessionStart {
  return {
    lastSeq: 0,
    segments: [],
    told: [],
    startSample: 0,
    finalisedSample: 0,
    token,
    resumed: undefined,
  };
}
