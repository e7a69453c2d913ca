import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextSessionState,
  OPENING,
  type SessionEvent,
  type SessionState,
} from '../../src/gateway/session-state.ts';

const events: readonly SessionEvent[] = [
  { type: 'worker-ready' },
  { type: 'client-end' },
  { type: 'wished-end', reason: 'ended_by_operator' },
  { type: 'worker-end' },
  { type: 'client-gone' },
  { type: 'fault', code: 'worker_lost' },
];
const after = (...types: readonly SessionEvent[]): SessionState => types.reduce(nextSessionState, OPENING);

describe('the states of a session at the gateway', () => {
  it.each<[string, readonly SessionEvent['type'][], SessionState]>([
    ['opening', [], { type: 'opening' }],
    ['streaming', ['worker-ready'], { type: 'streaming' }],
    ['ending', ['worker-ready', 'client-end'], { type: 'ending', reason: 'completed' }],
    [
      'ended by an operator',
      ['worker-ready', 'wished-end', 'client-end', 'worker-end'],
      closed('ended', 'ended_by_operator'),
    ],
    [
      'ended by its client first',
      ['worker-ready', 'client-end', 'wished-end', 'worker-end'],
      closed('ended', 'completed'),
    ],
    ['completed', ['worker-ready', 'client-end', 'worker-end'], closed('ended', 'completed')],
    ['left', ['worker-ready', 'client-gone'], closed('ended', 'client_left')],
    ['left while opening', ['client-gone', 'worker-ready'], closed('ended', 'client_left')],
    ['failed', ['worker-ready', 'client-end', 'fault'], closed('error', 'worker_lost')],
    ['refused', ['fault'], closed('error', 'worker_lost')],
    ['an end before the beginning', ['client-end'], { type: 'opening' }],
  ])('[SES-37] %s', (_title, types, state) => {
    expect(after(...types.map((type) => events.find((event) => event.type === type)!))).toEqual(state);
  });

  it('[SES-3] the first end counts, whatever follows', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events)), fc.array(fc.constantFrom(...events)), (one, two) => {
        const state = after(...one);
        if (state.type === 'closed') expect(after(...one, ...two)).toEqual(state);
      }),
    );
  });
});

function closed(outcome: 'ended' | 'error', reason: string): SessionState {
  return { type: 'closed', outcome, reason };
}
