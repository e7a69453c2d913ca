/** What a mock can be asked to do: names, their one argument, and how a request says it. */
import { RtError } from '../../base/errors.ts';
import { quote } from '../../protocol/json.ts';

interface BehaviourRow {
  /** What a client meets; one line for `rt mock --list`. */
  readonly doc: string;
  /** Time when none is given; absent: it takes none. */
  readonly ms?: number;
}

export type BehaviourName =
  | 'happy'
  | 'no_begin'
  | 'no_pong'
  | 'drop_after'
  | 'reset_after'
  | 'slow'
  | 'unauthenticated'
  | 'no_capacity'
  | 'superseded'
  | 'lag'
  | 'goaway'
  | 'resume_incomplete'
  | 'resume_failed'
  | 'bad_json'
  | 'seq_hole'
  | 'duplicate_seq'
  | 'never_end'
  | 'slow_reader';

const ROWS: Readonly<Record<BehaviourName, BehaviourRow>> = {
  happy: { doc: 'begins, hears made-up words, ends as it should' },
  no_begin: { doc: 'accepts the connection and never says anything' },
  no_pong: { doc: 'begins, then reads nothing any more: pings stay unanswered, audio is held back' },
  drop_after: {
    doc: 'cuts the connection without a close frame (1006) so long after session.begin',
    ms: 1_000,
  },
  reset_after: { doc: 'resets the TCP connection so long after session.begin', ms: 1_000 },
  slow: { doc: 'tells everything so much late', ms: 1_000 },
  unauthenticated: { doc: 'refuses with unauthenticated, close 4001' },
  no_capacity: { doc: 'refuses with no_capacity, close 1013; the time is its retry_after_ms', ms: 1_000 },
  superseded: { doc: 'ends so long after session.begin with superseded, close 4009', ms: 1_000 },
  lag: { doc: 'warns of lag so long after session.begin, and ends after twice that with 4010', ms: 1_000 },
  goaway: { doc: 'says goaway so long after session.begin and goes on until the client ends', ms: 1_000 },
  resume_incomplete: { doc: 'drops so long after session.begin; resumes with complete:false', ms: 1_000 },
  resume_failed: { doc: 'drops so long after session.begin; refuses to resume with 4410', ms: 1_000 },
  bad_json: { doc: 'says something that is not JSON after session.begin' },
  seq_hole: { doc: 'leaves seq 3 out' },
  duplicate_seq: { doc: 'gives seq 2 to two events' },
  never_end: { doc: 'answers end with silence' },
  slow_reader: { doc: 'reads audio at a quarter of real time, so that the client is held back' },
};

export type Behaviour =
  | { readonly name: BehaviourName; readonly ms: number }
  /** Closes without an error before it. */
  | { readonly name: 'close_after'; readonly code: number; readonly ms: number };

/** Every behaviour as it is written, and what a client meets. */
export function listBehaviours(): readonly { readonly text: string; readonly doc: string }[] {
  const rows = Object.entries(ROWS).map(([name, { doc, ms }]) => ({
    text: ms === undefined ? name : `${name}=${String(ms / 1_000)}s`,
    doc,
  }));
  const close = 'closes with that code (1000-1003, 1007-1014, 3000-4999), no error before it';
  return [...rows, { text: 'close_1011_after=2s', doc: close }];
}

const DURATION = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/;
const LONGEST_MS = 3_600_000;
const CLOSE = /^close_(\d{4})_after$/;

/**
 * Reads `NAME` or `NAME=DURATION`.
 * @throws RtError invalid_parameters with what is known
 */
export function parseBehaviour(text: string): Behaviour {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const ms = at < 0 ? undefined : parseMs(text.slice(at + 1));
  const isTimed = at < 0 || ms !== undefined;
  const code = Number(CLOSE.exec(name)?.[1]);
  if (isTimed && isSendable(code)) return { name: 'close_after', code, ms: ms ?? 1_000 };
  if (isTimed && isName(name)) {
    const usualMs = ROWS[name].ms;
    if (usualMs !== undefined || at < 0) return { name, ms: ms ?? usualMs ?? 0 };
  }
  throw new RtError('invalid_parameters', `The mock cannot behave like ${quote(text)}.`, {
    hint: `Known: ${listBehaviours()
      .map((one) => one.text)
      .join(', ')}.`,
  });
}

const TOKEN_PREFIX = 'mock:';

/**
 * The behaviour a request asks for: the parameter `mock`, a token `mock:…` in the URL or as a bearer, or
 * the first part of the path, in this order; `happy` where nothing is said.
 * @throws RtError invalid_parameters
 */
export function behaviourOf(request: {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly pathPrefix: string;
}): Behaviour {
  const { searchParams } = request.url;
  const bearer = request.authorization?.replace(/^Bearer /i, '');
  const tokens = [searchParams.get('token'), bearer]
    .filter((token) => token?.startsWith(TOKEN_PREFIX))
    .map((token) => token?.slice(TOKEN_PREFIX.length));
  const asked = [searchParams.get('mock') ?? undefined, ...tokens, request.pathPrefix];
  return parseBehaviour(asked.find((text) => text !== undefined && text !== '') ?? 'happy');
}

function isName(name: string): name is BehaviourName {
  return Object.hasOwn(ROWS, name);
}

/** What RFC 6455 lets an endpoint send. */
function isSendable(code: number): boolean {
  const isProtocol = code >= 1_000 && code <= 1_014 && ![1_004, 1_005, 1_006].includes(code);
  return isProtocol || (code >= 3_000 && code <= 4_999);
}

function parseMs(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  const ms = Number(amount) * (unit === 's' ? 1_000 : 1);
  return ms <= LONGEST_MS ? ms : undefined;
}
