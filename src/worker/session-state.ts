/**
 * The states of one link at the worker and what moves it between them (docs/sessions.md, SES-40 ff).
 * Pure; closed is for good.
 */

export type LinkState =
  /** Accepted; the first message has not come. */
  | { readonly type: 'configuring' }
  | { readonly type: 'running' }
  /** The gateway sent `end`; what is left is being decoded. */
  | { readonly type: 'ending' }
  | { readonly type: 'closed' };

export type LinkEvent = 'configured' | 'end' | 'ended' | 'refused' | 'socket-closed';

export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
  if (state.type === 'closed') return state;
  switch (event) {
    case 'configured':
      return state.type === 'configuring' ? { type: 'running' } : state;
    case 'end':
      return state.type === 'running' ? { type: 'ending' } : state;
    case 'ended':
    case 'refused':
    case 'socket-closed':
      return { type: 'closed' };
  }
}
