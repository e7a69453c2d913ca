/**
 * The states of a client's session at the gateway (docs/sessions.md, SES-1 ff). Pure: what happened
 * first decides how a session ended; whatever comes later changes nothing.
 */

export type Outcome = 'ended' | 'error';

export type SessionState =
  /** A worker is being found; the client's socket is not read yet. */
  | { readonly type: 'opening' }
  | { readonly type: 'streaming' }
  /** The client said `end`, or an operator did in its place; finals and session.end are awaited. */
  | { readonly type: 'ending'; readonly reason: string }
  | { readonly type: 'closed'; readonly outcome: Outcome; readonly reason: string };

export type SessionEvent =
  | { readonly type: 'worker-ready' }
  | { readonly type: 'client-end' }
  /** Somebody wants the session to end, and says why. */
  | { readonly type: 'wished-end'; readonly reason: string }
  /** The worker sent session.end. */
  | { readonly type: 'worker-end' }
  | { readonly type: 'client-gone' }
  /** A fault, ours or the client's, named by its error code. */
  | { readonly type: 'fault'; readonly code: string };

const COMPLETED = 'completed';

export const OPENING: SessionState = { type: 'opening' };

export function nextSessionState(state: SessionState, event: SessionEvent): SessionState {
  if (state.type === 'closed') return state;
  switch (event.type) {
    case 'worker-ready':
      return state.type === 'opening' ? { type: 'streaming' } : state;
    case 'client-end':
      return state.type === 'streaming' ? { type: 'ending', reason: COMPLETED } : state;
    case 'wished-end':
      return state.type === 'streaming' ? { type: 'ending', reason: event.reason } : state;
    case 'worker-end':
      return {
        type: 'closed',
        outcome: 'ended',
        reason: state.type === 'ending' ? state.reason : COMPLETED,
      };
    case 'client-gone':
      return { type: 'closed', outcome: 'ended', reason: 'client_left' };
    case 'fault':
      return { type: 'closed', outcome: 'error', reason: event.code };
  }
}
