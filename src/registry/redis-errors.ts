/** What a failure of Redis means to the rest of the product: one `RtError` code each. */
import { messageOf, RtError } from '../base/errors.ts';

/** Replies that no waiting cures: the settings are wrong. */
const MISCONFIGURED =
  /^(WRONGPASS|NOAUTH|NOPERM)|invalid password|DB index is out of range|invalid DB index/i;

/** `config_invalid` for wrong password, rights or database, else `undefined`. */
export function misconfiguration(error: unknown, description: string): RtError | undefined {
  const message = messageOf(error);
  if (!MISCONFIGURED.test(message)) return undefined;
  return new RtError('config_invalid', `Redis at ${description} refuses these settings: ${message}`, {
    cause: error,
    hint: 'check user, password and database in --redis; the user needs the keys and channels of --prefix and +info',
  });
}

/** What a request path throws when the store did not answer, or not with an answer. */
export function unavailable(error: unknown, description: string): RtError {
  if (error instanceof RtError) return error;
  return (
    misconfiguration(error, description) ??
    new RtError('registry_unavailable', `Redis at ${description} does not answer: ${messageOf(error)}`, {
      cause: error,
      hint: 'running sessions go on; new ones are refused until it answers',
      retryAfterMs: 2000,
    })
  );
}
