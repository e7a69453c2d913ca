/** Sessions at workers that decode too slowly; how far a worker is, is what the test lets it say. */
import { afterEach, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { workerInfo } from '../support/fleet.ts';
import { createScriptedEngine } from '../support/scripted-engine.ts';
import { type ScriptedLink, type ScriptedWorker, startScriptedWorker } from '../support/scripted-worker.ts';
import type { TestClient } from '../support/stream-client.ts';

const LAG = { warnMs: 500, hardMs: 900, graceMs: 300 };
const NEVER_LOST = { stallMs: 1e9, standstillMs: 1e9, graceMs: 5000 };

let cluster: TestCluster;
let workers: ScriptedWorker[];

async function start(lag: typeof LAG = LAG): Promise<void> {
  workers = [];
  const gateway = { failover: NEVER_LOST, lag };
  cluster = await startCluster({ engine: createScriptedEngine(), workers: 0, gateway });
}
afterEach(async () => {
  await cluster.stop();
  await Promise.all(workers.map((worker) => worker.stop()));
});

/** Later ones are asked after earlier ones. */
async function addWorker(name: string, capacity = 90 - workers.length): Promise<ScriptedWorker> {
  const worker = await startScriptedWorker(({ ready }) => ready());
  workers.push(worker);
  const info = workerInfo(name, { endpoint: worker.url, capacity, models: ['scripted-en', 'fast'] });
  await cluster.registry.registration.register(info, 60_000);
  return worker;
}

/** Decodes a tenth of what comes. */
function crawl(link: ScriptedLink): void {
  let decoded = 0;
  const timer = setInterval(() => {
    decoded += 160;
    link.socket.send(JSON.stringify({ type: 'progress', received: decoded, decoded, commit_sample: 0 }));
  }, 100);
  void link.socket.closed.then(() => clearInterval(timer));
}

/** Sends audio in real time until the client is closed. */
function speak(client: TestClient): void {
  const timer = setInterval(() => client.send(new Uint8Array(2 * 1600)), 100);
  void client.closed.then(() => clearInterval(timer));
}

const told = (client: TestClient): readonly unknown[] => client.told.map(({ type, code }) => code ?? type);

describe('a session whose worker is slow', () => {
  it('[FLO-16] [FLO-17] moves without a further word, and is ended where the next one is slow as well', async () => {
    await start();
    const [first, second, third] = [await addWorker('a'), await addWorker('b'), await addWorker('c')];
    const client = await cluster.begin();
    crawl(await first.linked(1));
    speak(client);
    const next = await second.linked(1);
    expect(JSON.parse(next.texts[0] ?? '{}')).toMatchObject({ epoch: 2, from_sample: 0 });
    await client.heard('warning');
    expect(told(client)).toEqual(['session.begin', 'processing_lag']);
    crawl(next);
    expect(await client.closed).toMatchObject({ code: 4010 });
    expect(told(client)).toEqual(['session.begin', 'processing_lag', 'processing_lag', 'lag_exceeded']);
    expect([first, second, third].map(({ links }) => links.length)).toEqual([1, 1, 0]);
    await expect.poll(() => cluster.activeSessions()).toBe(0);
  });

  it('[FLO-16] stays while no slot is free elsewhere, and is ended as ever', async () => {
    await start();
    const full = await addWorker('full', 1);
    await cluster.begin();
    const slow = await addWorker('slow', 9);
    const client = await cluster.begin();
    crawl(await slow.linked(1));
    speak(client);
    expect(await client.closed).toMatchObject({ code: 4010 });
    expect([full, slow].map(({ links }) => links.length)).toEqual([1, 1]);
    await expect.poll(() => cluster.activeSessions()).toBe(1);
  });

  it('[FLO-17] goes when a slot falls free elsewhere', async () => {
    await start({ ...LAG, hardMs: 60_000 });
    const other = await addWorker('other', 1);
    const neighbour = await cluster.begin();
    const slow = await addWorker('slow', 9);
    const client = await cluster.begin();
    crawl(await slow.linked(1));
    speak(client);
    await client.heard('warning');
    neighbour.socket.close(1000, '');
    const next = await other.linked(2);
    expect(JSON.parse(next.texts[0] ?? '{}')).toMatchObject({ session_id: client.id });
    expect(client.socket.isOpen).toBe(true);
  });
});
