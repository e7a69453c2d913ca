import { expect, it } from 'vitest';
import { registryReadiness } from '../../src/app/redis-readiness.ts';

const registry = (silentForMs: number) => ({ silentForMs: () => silentForMs });

it('[MET-7] is ready for 10 s after the last answer of Redis, and never while draining', () => {
  expect(registryReadiness(registry(0), false)).toBe('ready');
  expect(registryReadiness(registry(10_000), false)).toBe('ready');
  expect(registryReadiness(registry(10_001), false)).toEqual({ reason: 'Redis has not answered for 10 s' });
  expect(registryReadiness(registry(0), true)).toEqual({ reason: 'draining' });
});
