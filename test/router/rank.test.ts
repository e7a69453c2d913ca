import { describe, expect, it } from 'vitest';
import { rank } from '../../src/router/rank.ts';
import { workerView } from '../support/fleet.ts';

const request = { sessionId: 'sess_1', model: 'fast', protocol: 1, exclude: new Set<string>() };
const order = (workers: Parameters<typeof rank>[0], changes = {}): string[] =>
  rank(workers, { ...request, ...changes }).map(({ id }) => id);

describe('rank', () => {
  it('[RTR-1] ready before busy, then most free slots', () => {
    const workers = [
      workerView('busy', { status: 'busy', capacity: 100, activeSessions: 0 }),
      workerView('one-free', { capacity: 4, activeSessions: 3 }),
      workerView('three-free', { capacity: 4, activeSessions: 1 }),
    ];
    expect(order(workers)).toEqual(['three-free', 'one-free', 'busy']);
  });

  it('[RTR-1] equals are spread by session, and each session sees one order', () => {
    const workers = ['a', 'b', 'c', 'd'].map((id) => workerView(id));
    const firsts = new Map<string, number>();
    for (let i = 0; i < 400; i += 1) {
      const [first = ''] = order(workers, { sessionId: `sess_${i}` });
      expect(order([...workers].reverse(), { sessionId: `sess_${i}` })[0]).toBe(first);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    expect(firsts.size).toBe(4);
    for (const times of firsts.values()) expect(times).toBeGreaterThan(60);
  });

  it('[RTR-10] [RTR-1] asks suspects when all others said no, the busy included', () => {
    const workers = [
      workerView('silent', { capacity: 100 }),
      workerView('busy', { status: 'busy', capacity: 2, activeSessions: 2 }),
      workerView('mute', { capacity: 50 }),
      workerView('ready'),
    ];
    expect(order(workers, { suspects: new Set(['silent', 'mute']) })).toEqual([
      'ready',
      'busy',
      'silent',
      'mute',
    ]);
  });

  it.each([
    ['another model', { models: ['accurate'] }],
    ['another protocol', { protocol: 2 }],
    ['draining', { status: 'draining' as const }],
    ['offline', { status: 'offline' as const }],
  ])('[RTR-2] leaves out %s', (_, changes) => {
    expect(order([workerView('w1', changes), workerView('w2')])).toEqual(['w2']);
  });

  it('[RTR-2] leaves out the excluded', () => {
    expect(order([workerView('w1'), workerView('w2')], { exclude: new Set(['w2']) })).toEqual(['w1']);
  });
});
