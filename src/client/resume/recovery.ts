/**
 * Whether and where a session goes on when its connection is lost: decisions alone, `next(state, event)`.
 *
 * It refuses to come back where the gateway has said that the session is over (a numbered error, `retry` never,
 * superseded), and after ten tries in a row that got nowhere. Always true: at most one try is under way; trouble that
 * a session brings with itself (1011, 4008, 4010) is survived once of each kind.
 */
import { CLOSE_CODE, retryAdviceForClose } from '../../protocol/close-codes.ts';
import type { RtError } from '../../base/errors.ts';
import type { ErrorMessage } from '../../protocol/server-messages.ts';
import type { SocketClose } from '../../transport/socket.ts';

export const MAX_TRIES = 10;

/** How a connection, or the try to make one, came to its end. */
export interface Ending {
  readonly close?: SocketClose | undefined;
  /** The last error that was not recoverable; with `seq` it is an event of the session, which is over. */
  readonly error?: (ErrorMessage & { readonly seq?: number }) | undefined;
  /** A fault of this side, or of a connection that never was. */
  readonly fault?: RtError | undefined;
}

export interface Recovery {
  /** `moving`: the connection stands while another is made that takes its place. */
  readonly phase: 'running' | 'moving' | 'recovering' | 'over';
  /** Without one nobody can go on. */
  readonly token: string | undefined;
  /** Index of the gateway spoken to last. */
  readonly gateway: number;
  readonly gatewayCount: number;
  /** Tries since the last progress. */
  readonly tries: number;
  readonly survived: readonly number[];
}

export type RecoveryEvent =
  | { readonly type: 'begun'; readonly token: string | undefined }
  /** The gateway has taken or told something new. */
  | { readonly type: 'progressed' }
  | { readonly type: 'goaway'; readonly reconnectInMs: number }
  /** The connection of the session has ended. */
  | { readonly type: 'lost'; readonly ending: Ending }
  /** The try has ended before it became the connection of the session. */
  | { readonly type: 'failed'; readonly ending: Ending };

/** Connect to `gateway` and ask to go on. */
export interface TryStep {
  readonly type: 'try';
  readonly gateway: number;
  /** How many tries came to nothing before. */
  readonly tried: number;
  /** The gateway's own word on how long to wait. */
  readonly adviceMs: number | undefined;
}

export type RecoveryStep =
  | { readonly type: 'none' }
  | TryStep
  | { readonly type: 'end'; readonly why: 'final' | 'exhausted'; readonly ending: Ending };

export interface Decision {
  readonly state: Recovery;
  readonly step: RecoveryStep;
}

/** A session that has begun for the first time. */
export function startRecovery(begun: Pick<Recovery, 'gateway' | 'gatewayCount' | 'token'>): Recovery {
  return { ...begun, phase: 'running', tries: 0, survived: [] };
}

export function next(state: Recovery, event: RecoveryEvent): Decision {
  switch (event.type) {
    case 'begun':
      return stay({ ...state, phase: 'running', token: event.token ?? state.token });
    case 'progressed':
      return stay(state.phase === 'running' ? { ...state, tries: 0 } : state);
    case 'goaway': {
      if (state.phase !== 'running' || state.token === undefined) return stay(state);
      return tryAgain({ ...state, phase: 'moving' }, { elsewhere: true, adviceMs: event.reconnectInMs });
    }
    case 'lost':
      return state.phase === 'moving' ? lostWhileMoving(state, event.ending) : lost(state, event.ending);
    case 'failed':
      return failed(state, event.ending);
  }
}

const stay = (state: Recovery): Decision => ({ state, step: { type: 'none' } });

const end = (state: Recovery, why: 'final' | 'exhausted', ending: Ending): Decision => ({
  state: { ...state, phase: 'over' },
  step: { type: 'end', why, ending },
});

function tryAgain(
  state: Recovery,
  how: { readonly elsewhere: boolean; readonly adviceMs: number | undefined },
): Decision {
  const gateway = how.elsewhere ? (state.gateway + 1) % state.gatewayCount : state.gateway;
  const step = { type: 'try', gateway, tried: state.tries, adviceMs: how.adviceMs } as const;
  return { state: { ...state, gateway, tries: state.tries + 1 }, step };
}

function lost(state: Recovery, ending: Ending): Decision {
  const verdict = judge(ending);
  const isOver = verdict === 'never' || state.token === undefined || ending.error?.seq !== undefined;
  const code = closeCodeOf(ending);
  if (isOver || state.survived.includes(code)) return end(state, 'final', ending);
  const survived = OWN_TROUBLE.has(code) ? [...state.survived, code] : state.survived;
  const recovering: Recovery = { ...state, phase: 'recovering', survived };
  if (state.tries >= MAX_TRIES) return end(recovering, 'exhausted', ending);
  return tryAgain(recovering, { elsewhere: LEAVING.has(code), adviceMs: adviceOf(ending, verdict) });
}

/** The old connection ends as superseded when the new one has taken over, which may be heard of later. */
function lostWhileMoving(state: Recovery, ending: Ending): Decision {
  const isReplaced = ending.error?.code === 'superseded' || closeCodeOf(ending) === CLOSE_CODE.superseded;
  const isOver = judge(ending) === 'never' || ending.error?.seq !== undefined;
  if (isOver && !isReplaced) return end(state, 'final', ending);
  return stay({ ...state, phase: 'recovering' });
}

function failed(state: Recovery, ending: Ending): Decision {
  const verdict = judge(ending);
  const isHopeless = verdict === 'never' || state.tries >= MAX_TRIES;
  // What stands is not given up for a place that could not be had.
  if (isHopeless && state.phase === 'moving') return stay({ ...state, phase: 'running', tries: 0 });
  if (isHopeless) return end(state, verdict === 'never' ? 'final' : 'exhausted', ending);
  return tryAgain(state, { elsewhere: true, adviceMs: adviceOf(ending, verdict) });
}

const OWN_TROUBLE: ReadonlySet<number> = new Set([1011, 4008, 4010]);
/** These say that the gateway itself is going. */
const LEAVING: ReadonlySet<number> = new Set([1001, 1012]);
const DEFAULT_ADVICE_MS = 1_000;

function closeCodeOf({ close }: Ending): number {
  return close?.code ?? 1006;
}

type Verdict = 'now' | 'after' | 'never';

function judge(ending: Ending): Verdict {
  const { fault, error, close } = ending;
  if (fault !== undefined) {
    if (fault.code === 'gateway_unreachable') return 'now';
    return fault.code === 'rate_limited' ? 'after' : 'never';
  }
  return error?.retry ?? retryAdviceForClose(close?.code ?? 1006);
}

function adviceOf({ fault, error }: Ending, verdict: Verdict): number | undefined {
  return (
    error?.retry_after_ms ?? fault?.retryAfterMs ?? (verdict === 'after' ? DEFAULT_ADVICE_MS : undefined)
  );
}
