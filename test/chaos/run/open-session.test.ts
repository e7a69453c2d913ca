import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { openHistory } from '../../../src/chaos/history/history-log.ts';
import { openMockGateway } from '../../../src/chaos/mock/mock-gateway.ts';
import { driveSession } from '../../../src/chaos/run/drive-session.ts';
import type { Fact } from '../../../src/chaos/run/plan.ts';
import { makePrograms } from '../../../src/chaos/run/session-program.ts';
import { recordRun } from '../../../src/chaos/check/run-record.ts';
import type { WsServer } from '../../../src/transport/ws-server.ts';

let mock: WsServer;
beforeAll(async () => {
  mock = await openMockGateway();
});
afterAll(() => mock.close(0));

/** A session of a second, the connection of which breaks after half of it. */
async function drive(resumes: boolean) {
  const history = openHistory(systemClock);
  const facts: Fact[] = [];
  const [program] = makePrograms({ shape: { durationMs: 1_000 }, sessions: 1, labels: ['drive'] });
  if (program === undefined) throw new Error('there is one');
  await driveSession({
    ...{ program, index: 0, history, resumes, clock: systemClock },
    gateways: [`ws://${mock.address.host}:${String(mock.address.port)}/drop_after=500ms`],
    random: () => 0,
    signal: new AbortController().signal,
    onFact: (fact) => void facts.push(fact),
    onConnect: () => undefined,
    onSession: () => undefined,
  });
  const [session] = recordRun(history.entries).sessions;
  if (session === undefined) throw new Error('it is in the history');
  return { session, facts };
}

describe('a session of a rehearsal', () => {
  it('[RUN-4] is lost with its connection where the scenario has none come back', async () => {
    const { session } = await drive(false);
    expect(session.connections.map(({ close }) => close?.code)).toEqual([1006]);
    expect(session.events.some(({ message }) => message.type === 'session.end')).toBe(false);
  });

  it('[RUN-4] goes on over another connection where the scenario is about that', async () => {
    const { session, facts } = await drive(true);
    expect(session.connections.map(({ close }) => close?.code)).toEqual([1006, 1000]);
    expect(session.connections[1]?.begin?.resumed).toBe(true);
    expect(session.sentSamples).toBe(16_000);
    expect(facts).toContainEqual({ on: 'said', session: 0, what: 'end' });
  });
});
