/** The one fault of the bus: its store did not take or give what was asked. */
import { messageOf, RtError } from '../base/errors.ts';

/** `error` as `registry_unavailable`. */
export function unavailable(error: unknown): RtError {
  return new RtError('registry_unavailable', `Redis does not answer: ${messageOf(error)}`, {
    cause: error,
    hint: 'running sessions go on; what they publish is missed by others until it answers',
  });
}
