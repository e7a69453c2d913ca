import { describe, expect, it } from 'vitest';
import { decideRoom, MOST_HELD_MS, RING_MS, type RoomFigures } from '../../../src/client/resume/room.ts';

const full: RoomFigures = { heldMs: RING_MS + 1, hasUnsent: false, isCaughtUp: false, isLive: false };
const most: RoomFigures = { ...full, heldMs: MOST_HELD_MS + 1 };

describe('room for more audio', () => {
  it.each<[string, RoomFigures, ReturnType<typeof decideRoom>]>([
    ['there is up to a minute, whatever else', { ...full, heldMs: RING_MS, hasUnsent: true }, 'room'],
    ['a source waits while the gateway decodes', full, 'wait'],
    ['a source does not wait for what will not come', { ...full, isCaughtUp: true }, 'room'],
    ['a live source does not wait', { ...full, isLive: true, hasUnsent: true }, 'room'],
    ['old audio goes when the gateway does not commit', { ...most, isCaughtUp: true }, 'let_go'],
    ['old audio of a live source goes when there is too much', { ...most, isLive: true }, 'let_go'],
    ['what was never sent is not given up', { ...most, isLive: true, hasUnsent: true }, 'wait'],
  ])('[CLI-12] %s', (_title, figures, expected) => {
    expect(decideRoom(figures)).toBe(expected);
  });
});
