/** What must not be shown: passwords and tokens inside of text, and how they are shown instead. */

/** `redis://user:password@host`, also with several hosts; the last @ ends the login, as a person may forget to encode. */
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)([^\s:@/]*):([^\s/]*|[^\s]*)@/gi;
const PARAMETER =
  /([?&#;](?:[a-z_]*(?:password|passwd|token|secret|api_?key|signature)[a-z_]*)=)[^\s&#"']+/gi;
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
/** Three parts in base64url, of which the first begins with `{"`. */
const WEB_TOKEN = /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

/** `text` with `mark` in place of every password and token it holds; `mark` is said to be a secret's place. */
export function maskSecrets(text: string, mark: string): string {
  return text
    .replace(LOGIN, (_, scheme: string, user: string) => `${scheme}${user}:${mark}@`)
    .replace(PARAMETER, (_, name: string) => `${name}${mark}`)
    .replace(BEARER, (_, scheme: string) => `${scheme} ${mark}`)
    .replace(WEB_TOKEN, mark);
}

/** Whether `text` holds a password or a token. */
export function hasSecret(text: string): boolean {
  return maskSecrets(text, '') !== text;
}
