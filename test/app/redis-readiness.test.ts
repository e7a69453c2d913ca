import { expect, it } from 'vitest';
import { registryReadiness } from '../../src/app/redis-readiness.ts';

const registry = (silentForMs: number, unwrittenForMs = silentForMs) => ({
  silentForMs: () => silentForMs,
  unwrittenForMs: () => unwrittenForMs,
});

it('[MET-7] is ready for 10 s after Redis took a write, and never while draining', () => {
  expect(registryReadiness(registry(0), false)).toBe('ready');
  expect(registryReadiness(registry(10_000), false)).toBe('ready');
  expect(registryReadiness(registry(10_001), false)).toEqual({ reason: 'Redis has not answered for 10 s' });
  expect(registryReadiness(registry(0), true)).toEqual({ reason: 'draining' });
});

it.each([
  [12_000, 'Redis answers but has taken no write for 12 s: is its memory full?'],
  [Infinity, 'Redis answers but has taken no write yet: is its memory full?'],
])('[MET-7] is not ready while Redis only answers, with %d ms since a write', (unwrittenForMs, reason) => {
  expect(registryReadiness(registry(100, unwrittenForMs), false)).toEqual({ reason });
});
