import { describe, expect, it } from 'vitest';
import { type LinkEvent, type LinkState, nextLinkState } from '../../src/worker/session-state.ts';

const after = (...events: readonly LinkEvent[]): LinkState['type'] =>
  events.reduce<LinkState>(nextLinkState, { type: 'configuring' }).type;

describe('the states of a link at the worker', () => {
  it.each<[string, readonly LinkEvent[], LinkState['type']]>([
    ['configuring at first', [], 'configuring'],
    ['running once configured', ['configured'], 'running'],
    ['ending after end', ['configured', 'end'], 'ending'],
    ['closed when the engine is through', ['configured', 'end', 'ended'], 'closed'],
    ['closed when refused', ['refused'], 'closed'],
    ['closed when its connection is', ['configured', 'socket-closed'], 'closed'],
    ['not ended before it was configured', ['end'], 'configuring'],
    ['not configured twice', ['configured', 'end', 'configured'], 'ending'],
    ['closed for good', ['refused', 'configured', 'end'], 'closed'],
  ])('[SES-52] %s', (_title, events, state) => {
    expect(after(...events)).toBe(state);
  });
});
