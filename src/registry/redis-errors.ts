/** What a failure of Redis means to the rest of the product: one `RtError` code each. */
import { messageOf, RtError } from '../base/errors.ts';

/** Replies that no waiting cures: the settings are wrong. */
const MISCONFIGURED =
  /\b(WRONGPASS|NOAUTH|NOPERM)\b|invalid password|DB index is out of range|invalid DB index/;
/** What the connection makes of a Sentinel that does not know the name. */
const UNKNOWN_MASTER = /No such master with that name|got an invalid reply: null/;

/** `config_invalid` for wrong password, rights or database, else `undefined`. */
export function misconfiguration(error: unknown, description: string): RtError | undefined {
  const message = messageOf(error);
  if (UNKNOWN_MASTER.test(message)) {
    return new RtError('config_invalid', `the Sentinels of ${description} know no master of that name`, {
      cause: error,
      hint: 'the name in --redis is the one in `sentinel monitor NAME …` of their configuration',
    });
  }
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
    new RtError('registry_unavailable', `Redis at ${description} ${silenceOrRefusal(error)}`, {
      cause: error,
      hint: 'running sessions go on; new ones are refused until it answers',
      retryAfterMs: 2000,
    })
  );
}

/** Whether it was Redis that said no, for example because its memory is full, or nobody said anything. */
function silenceOrRefusal(error: unknown): string {
  const isReply = error instanceof Error && error.name === 'ReplyError';
  return `${isReply ? 'refuses a request' : 'does not answer'}: ${messageOf(error)}`;
}
