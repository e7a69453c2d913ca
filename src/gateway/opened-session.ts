/** What opening a session comes to. */
import type { StreamQuery } from '../protocol/query.ts';
import type { SessionInfo } from '../registry/ports.ts';
import type { Ingest } from './ingest.ts';
import type { SessionStart } from './resume/session-start.ts';
import type { WorkerLink } from './worker-link.ts';

/** A worker serves it. */
export interface OpenedSession {
  readonly type?: undefined;
  readonly query: StreamQuery;
  readonly info: SessionInfo;
  readonly link: WorkerLink;
  readonly ingest: Ingest;
  readonly start: SessionStart;
}

/** It had ended while its client was away: what is left is to say so. */
export interface EndedSession {
  readonly type: 'ended';
  readonly messages: readonly string[];
}
