/** The faults of the bus: its store did not take or give what was asked, or may not. */
import { messageOf, RtError } from '../base/errors.ts';

/** `error` as `registry_unavailable`, or `forbidden` where this user has no right to what was asked. */
export function unavailable(error: unknown): RtError {
  const message = messageOf(error);
  if (/\bNOPERM\b/.test(message)) {
    return new RtError('forbidden', `Redis refuses: ${message.replace(/^NOPERM\s+/, '')}`, {
      cause: error,
      hint: 'docs/top.md has the rights that reading needs, docs/keyspace.md all keys and channels',
    });
  }
  return new RtError('registry_unavailable', `Redis does not answer: ${message}`, {
    cause: error,
    hint: 'running sessions go on; what they publish is missed by others until it answers',
  });
}
