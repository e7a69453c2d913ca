/** Ends of a connection, not of a session that can be resumed (docs/sessions.md, RSM-11). */
import type { WireErrorCode } from '../../base/errors.ts';

export const RESUMABLE_ENDS: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>([
  'superseded',
  'shutting_down',
  'worker_lost',
  'slow_reader',
  'lag_exceeded',
  'internal_error',
]);
