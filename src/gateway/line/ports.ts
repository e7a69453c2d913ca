/** What a session is given of its line to a worker, and what the line is given of the session. */
import type { Clock } from '../../base/clock.ts';
import type { RtError } from '../../base/errors.ts';
import type { WorkerId } from '../../base/ids.ts';
import type { Logger } from '../../base/log.ts';
import type { Warning } from '../../protocol/server-messages.ts';
import type { WorkerMessage, WorkerSessionConfig } from '../../protocol/worker-messages.ts';
import type { SessionInfo, SlotPriority } from '../../registry/ports.ts';
import type { PlacedControl, ReplayLog } from '../replay/replay-log.ts';
import type { WatchLimits } from '../replay/worker-watch.ts';
import type { LinkRequest, WorkerLink } from '../worker-link.ts';

export interface LineLimits extends WatchLimits {
  /** How long a session waits for another worker. */
  readonly graceMs: number;
}

/** For another worker while the present one still serves. */
export interface HandOverWish {
  /** For the log. */
  readonly why: 'draining' | 'lag';
  /** Workers not to ask. */
  readonly avoid: ReadonlySet<string>;
  /** `replay`: may take the slots kept for sessions that have lost their worker. */
  readonly priority: SlotPriority;
}

export interface WorkerLineParts {
  /** As claimed for the first link. */
  readonly info: SessionInfo;
  readonly log: ReplayLog;
  /** What the client was told of speech before this line was opened. */
  readonly told: readonly WorkerMessage[];
  /** Settings of the session but for where it starts. */
  readonly config: WorkerSessionConfig;
  /** Finds a worker and begins there. */
  readonly open: (request: LinkRequest) => Promise<WorkerLink>;
  readonly limits: LineLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the session is over. */
  readonly signal: AbortSignal;
  /** Told everything the client has not been told. */
  readonly onMessage: (message: WorkerMessage) => void;
  readonly onWarning: (warning: Warning) => void;
  /** No worker can go on with the session. */
  readonly onGivenUp: (error: RtError) => void;
}

export interface WorkerLine {
  /** The worker that serves the session or did so last. */
  readonly workerId: WorkerId;
  /** The claim to repeat; undefined while it moves. */
  readonly claim: SessionInfo | undefined;
  readonly epoch: number;
  readonly decodedSample: number;
  /** Between two workers, or hearing audio again that the one before had heard. */
  readonly isCatchingUp: boolean;
  /** Speech in finals of former links, in seconds. */
  readonly formerSpeechS: number;
  /** Hears the first link: what has come of it, then whatever comes. */
  start(): void;
  sendAudio(pcm: Uint8Array): void;
  sendControl(control: PlacedControl): void;
  /** Bytes on their way to the worker, or held too long. */
  readonly bufferedBytes: number;
  /** Resolves once at most `bytes` are buffered, or the line is closed. */
  drained(bytes: number): Promise<void>;
  /** Looks after the worker; called several times a second. */
  tick(nowMs: number, isSpeaking: boolean): void;
  /** What takes the session up again from here on. */
  allowResume(sums: string): void;
  /** Its worker drains: goes elsewhere as soon as that costs nothing. */
  leave(): void;
  /** To another worker, from the last restart point; where there is none the session stays and nothing has changed. */
  handOver(wish: HandOverWish): Promise<'moved' | 'stays'>;
  close(reason: string): void;
}
