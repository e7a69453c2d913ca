/**
 * Makes this gateway the one that writes a session's journal. The journal itself decides: the resumed
 * `session.begin` is written under the next number, and whoever comes second finds that number taken, be it another
 * gateway or the former owner.
 */
import { RtError } from '../../base/errors.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Journal } from '../../bus/ports.ts';
import { encodeMessage } from '../../protocol/codec.ts';
import type { SessionBegin } from '../../protocol/server-messages.ts';
import { type Restored, type ResumeClaim, restoreSession } from './restore.ts';

const ATTEMPTS = 5;

export interface TakeOverRequest {
  readonly session: SessionId;
  readonly committedSample: number;
  readonly claim: ResumeClaim;
  /** `session.begin` for a session that goes on so. */
  readonly begin: (restored: Restored) => SessionBegin;
}

export interface TakenOver {
  readonly restored: Restored;
  readonly seq: number;
  /** `session.begin` as the client gets it. */
  readonly begin: string;
}

/** Of a session that has said its last word nothing is taken over: then only the replay is left. */
export async function takeOver(
  journal: Pick<Journal, 'append' | 'read'>,
  request: TakeOverRequest,
): Promise<TakenOver> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entries = await journal.read(request.session, 0);
    const restored = restoreSession(entries, request.committedSample, request.claim);
    const seq = Math.max(restored.lastSeq, request.claim.haveSeq) + 1;
    const begin = encodeMessage({ ...request.begin(restored), seq });
    const taken = { restored, seq, begin };
    if (restored.hasEnded) return taken;
    if ((await journal.append(request.session, { seq, json: begin })) === 'appended') return taken;
  }
  throw new RtError('registry_unavailable', 'The former owner of the session is still writing its journal');
}
