import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { type LogFields, type Logger, silentLogger } from '../../../src/base/log.ts';
import { findWorker, type Search } from '../../../src/gateway/line/find-worker.ts';
import type { WorkerLink } from '../../../src/gateway/worker-link.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { workerId } from '../../support/fleet.ts';

const GRACE_MS = 10_000;
const LINK = { workerId: workerId('late') } as WorkerLink;

/** A search that finds a worker at its `tries`th try, `seconds` later, and what it logged. */
async function searched({ tries, seconds }: { readonly tries: number; readonly seconds: number }) {
  const clock = createFakeClock();
  const lines: [level: string, message: string, waitedMs: unknown][] = [];
  const at =
    (level: string) =>
    (message: string, fields?: LogFields): void =>
      void lines.push([level, message, fields?.['waitedMs']]);
  const log: Logger = { ...silentLogger, info: at('info'), warn: at('warn') };
  const over = new AbortController();
  let asked = 0;
  const search: Search = {
    open() {
      asked += 1;
      const refusal = new RtError('worker_unreachable', 'nothing listens there');
      return asked < tries ? Promise.reject(refusal) : Promise.resolve(LINK);
    },
    sinceMs: clock.nowMs(),
    why: 'closed',
    graceMs: GRACE_MS,
    clock,
    log,
    signal: over.signal,
    onWaiting: () => undefined,
  };
  const outcome = findWorker(search);
  for (let second = 0; second < seconds; second += 1) await clock.advance(1000);
  over.abort();
  await clock.advance(0);
  return { outcome: await outcome, lines, asked };
}

describe('the log of a search', () => {
  it('[FLO-15] has one line where the first worker takes the session', async () => {
    const { outcome, lines } = await searched({ tries: 1, seconds: 1 });
    expect(outcome).toBe(LINK);
    expect(lines).toEqual([['info', 'worker found', 0]]);
  });

  it('[FLO-15] has two lines however many tries it took', async () => {
    const { outcome, lines, asked } = await searched({ tries: 9, seconds: 8 });
    expect(outcome).toBe(LINK);
    expect(asked).toBe(9);
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['warn', 'looking for a worker'],
      ['info', 'worker found'],
    ]);
    expect(lines[1]?.[2]).toBeGreaterThan(1000);
  });

  it('[FLO-15] says that it is given up', async () => {
    const { outcome, lines, asked } = await searched({ tries: Infinity, seconds: 15 });
    expect(outcome).toMatchObject({ code: 'worker_lost' });
    expect(asked).toBeGreaterThan(10);
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['warn', 'looking for a worker'],
      ['warn', 'no worker found'],
    ]);
  });

  it('[FLO-15] says that nobody needs a worker any more', async () => {
    const { outcome, lines } = await searched({ tries: Infinity, seconds: 4 });
    expect(outcome).toBeUndefined();
    expect(lines.map(([, message]) => message)).toEqual([
      'looking for a worker',
      'session over, no worker looked for any more',
    ]);
  });
});
