/** A worker that advertises an address where nobody listens, beside one that serves. */
import { afterEach, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { workerInfo } from '../support/fleet.ts';
import { createScriptedEngine } from '../support/scripted-engine.ts';

let cluster: TestCluster | undefined;
afterEach(() => cluster?.stop());

it('[RTR-10] no session ends at an address where nobody listens, and the next ones do not begin there', async () => {
  cluster = await startCluster({ engine: createScriptedEngine(), capacity: 3 });
  const [{ server } = { server: undefined }] = cluster.workers;
  const models = ['scripted-en', 'fast'];
  const lost = workerInfo('lost', { endpoint: 'ws://127.0.0.1:1', capacity: 100, models });
  await cluster.registry.registration.register(lost, 60_000);
  const moved = async (): Promise<number> => {
    const sessions = (await cluster?.registry.fleet.sessions()) ?? [];
    return sessions.filter(({ failovers }) => failovers > 0).length;
  };
  for (const _ of [1, 2, 3]) await cluster.begin();
  expect(server?.sessions()).toHaveLength(3);
  expect(await moved()).toBe(1);
  const views = await cluster.registry.fleet.workers();
  expect(views.find(({ id }) => id === 'lost')).toMatchObject({ activeSessions: 0 });
});
