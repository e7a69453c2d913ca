import { describe, expect, it } from 'vitest';
import { exceededLimit, type SessionLook } from '../../src/gateway/session-limits.ts';

const HOUR_MS = 3_600_000;
const look: SessionLook = { nowMs: 0, openedMs: 0, aliveMs: 0, isListening: true, unreadBytes: 0 };

describe('the limits of a session', () => {
  it.each<[string, Partial<SessionLook>, string | undefined]>([
    ['[SES-23] a minute without a word', { nowMs: 60_000 }, undefined],
    ['[SES-23] more than a minute', { nowMs: 60_001 }, 'idle_timeout'],
    ['[SES-23] more than a minute after end', { nowMs: 60_001, isListening: false }, undefined],
    ['[SES-24] four hours', { nowMs: 4 * HOUR_MS, aliveMs: 4 * HOUR_MS }, undefined],
    ['[SES-24] more than four hours', { nowMs: 4 * HOUR_MS + 1, aliveMs: 4 * HOUR_MS }, 'session_timeout'],
    ['[SES-25] 1 MiB unread', { unreadBytes: 1_048_576 }, undefined],
    ['[SES-25] more than 1 MiB unread', { unreadBytes: 1_048_577 }, 'slow_reader'],
  ])('%s', (_title, changes, code) => {
    expect(exceededLimit({ ...look, ...changes })?.code).toBe(code);
  });
});
