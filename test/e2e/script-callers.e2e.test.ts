/**
 * Gateways, workers and routers killed in the middle of what they tell the store, as processes. Each reaches Redis
 * through a gate of its own, which stops it at the chosen call; SIGKILL follows. The leases of dead sessions are made
 * to end, since 15 s pass slowly in a test; what then happens is done by those who live.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { createKeys, type Keys } from '../../src/registry/keys.ts';
import { type LuaScript, loadScripts, type ScriptAnswers } from '../../src/registry/scripts.ts';
import { checkBooks, endLeases } from '../registry/books.ts';
import { sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtProcess, type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { callOf, type ScriptGate, startScriptGate, type Stop } from '../support/script-gate.ts';
import { startScriptedWorker } from '../support/scripted-worker.ts';
import { connectStream } from '../support/stream-client.ts';

const SCRIPTS = loadScripts();
const LISTEN = ['--listen', '127.0.0.1:0'];
const GATEWAY = ['gateway', ...LISTEN];
const WORKER = ['worker', '--engine', 'beacon', '--heartbeat', '500ms', ...LISTEN];
/** A gateway sweeps every 2 s. */
const SWEPT = { timeout: 8000, interval: 50 };
const LONG_MS = 60_000;
const LAPSED = 'session.error lease_expired';

const script = (name: keyof ScriptAnswers): Stop['at'] => callOf(SCRIPTS.get(name) as LuaScript);
const isFinal: Stop['at'] = ([name, ...rest]) =>
  name === 'XADD' && rest.some((word) => word.includes('"transcript.final"'));

describe.skipIf(!hasRedis)('whoever is killed in the middle of a call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-script-callers-'));
  const clip = join(folder, 'clip.wav');
  const processes: RtProcess[] = [];
  const gates: ScriptGate[] = [];
  let redis: RedisServer;
  let raw: Redis;
  let keys: Keys;
  let environment: Record<string, string>;
  let cluster: Cluster;
  /** Lives throughout, and sweeps. */
  let standing: RtServer;

  const openFleet = async (prefix: string): Promise<void> => {
    keys = createKeys(prefix);
    environment = { RT_REDIS: redis.url, RT_PREFIX: prefix };
    cluster = await openRegistry({ redisUrl: redis.url, prefix, connectTimeoutMs: 3000, name: 'test' });
  };
  const startProcess = async (args: readonly string[], where = environment): Promise<RtServer> => {
    const server = await startRtServer(args, where);
    processes.push(server);
    return server;
  };
  const openGate = async (): Promise<{ gate: ScriptGate; through: Record<string, string> }> => {
    const gate = await startScriptGate(redis.port);
    gates.push(gate);
    return { gate, through: { ...environment, RT_REDIS: gate.url } };
  };
  /** A server that can be stopped at a call. */
  const startVictim = async (args: readonly string[]): Promise<{ victim: RtServer; gate: ScriptGate }> => {
    const { gate, through } = await openGate();
    return { victim: await startProcess(args, through), gate };
  };
  const killed = async (victim: RtProcess): Promise<void> => {
    victim.kill('SIGKILL');
    await victim.finished;
  };
  const events = async (about: { workerId?: string; sessionId?: string } = {}): Promise<readonly string[]> =>
    (await cluster.registry.fleet.events(1000))
      .filter(
        ({ workerId, sessionId }) =>
          workerId === (about.workerId ?? workerId) && sessionId === (about.sessionId ?? sessionId),
      )
      .map(({ type, reason }) => (reason ? `${type} ${reason}` : type));
  const offline = (id: string): Promise<readonly string[]> =>
    events({ workerId: id }).then((lines) => lines.filter((line) => line.startsWith('worker.offline')));

  beforeAll(async () => {
    redis = await startRedis();
    raw = new Redis(redis.url, { protocol: 2 });
    for (const { lua } of SCRIPTS.values()) await raw.script('LOAD', lua);
    await openFleet(redis.prefix());
    const made = runRt(['chaos', 'audio', '--seed', '11', '--duration', '6s', '--out', clip]);
    standing = await startProcess(GATEWAY);
    await startProcess([...WORKER, '--id', 'w1', '--capacity', '2']);
    expect((await made).code).toBe(0);
  }, 40_000);
  afterAll(async () => {
    for (const process of processes) process.kill('SIGKILL');
    await Promise.all(gates.map((gate) => gate.close()));
    await cluster.stop();
    raw.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[REG-34] gateways that open and end sessions: no slot is lost, and each session ends once', async () => {
    const [releasing, reserving, dialling] = await Promise.all([
      startVictim(GATEWAY),
      startVictim(GATEWAY),
      startProcess(GATEWAY),
    ]);

    const released = releasing.gate.hold({ at: script('release'), moment: 'after' });
    const speaker = await connectStream(releasing.victim.ready.url);
    const { session_id: ended } = await speaker.heard('session.begin');
    speaker.send({ type: 'end' });
    await released;
    await killed(releasing.victim);

    const reserved = reserving.gate.hold({ at: script('reserve'), moment: 'after' });
    await connectStream(reserving.victim.ready.url);
    await reserved;
    await killed(reserving.victim);

    // A worker that takes the call and says nothing: the session has been dialled, and has not begun.
    const silent = await startScriptedWorker(() => undefined);
    const info = workerInfo('w-silent', { endpoint: silent.url, capacity: 3, models: ['beacon', 'fast'] });
    await cluster.registry.registration.register(info, LONG_MS);
    await connectStream(dialling.ready.url);
    await silent.linked(1);
    await killed(dialling);
    await cluster.registry.registration.deregister(info.id);
    await silent.stop();

    const owned = await raw.zrange(keys.sessionLeases, 0, '-1');
    expect(owned).toHaveLength(2);
    for (const id of owned) await raw.zadd(keys.sessionLeases, 1, id);
    await expect.poll(() => raw.zcard(keys.sessionLeases), SWEPT).toBe(0);
    for (const sessionId of owned) expect(await events({ sessionId })).toEqual(['session.started', LAPSED]);
    expect(await events({ sessionId: ended as string })).toEqual([
      'session.started',
      'session.ended completed',
    ]);
    await checkBooks({ raw, keys }, cluster.registry);
  }, 30_000);

  it('[REG-34] [CLI-17] a gateway between a final and its journal: the next one loses and doubles no word', async () => {
    const { victim, gate } = await startVictim(GATEWAY);
    const stands = gate.hold({ at: isFinal, moment: 'before' });
    const gateways = ['--gateway', victim.ready.url, '--fallback-gateway', standing.ready.url];
    const streaming = startRt(['stream', clip, '--pace', '2', '--fail-on-loss', ...gateways], environment);
    await stands;
    await killed(victim);
    const { code, stderr } = await streaming.finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining('nothing lost')]);
    expect(stderr).toContain(`Resumed at ${standing.ready.url}`);
    await checkBooks({ raw, keys }, cluster.registry);
  }, 30_000);

  it('[REG-34] a worker before its first beat and one in its drain: gone once, and its session goes on', async () => {
    const args = [...WORKER, '--id', 'w2', '--capacity', '9'];
    const first = await openGate();
    const beats = first.gate.hold({ at: script('beat'), moment: 'before' });
    const starting = startRt(args, first.through);
    processes.push(starting);
    await beats;
    await killed(starting);
    await expect.poll(() => offline('w2'), SWEPT).toEqual(['worker.offline lease_expired']);

    const { victim, gate } = await startVictim(args);
    const streaming = startRt(
      ['stream', clip, '--pace', '2', '--fail-on-loss', '--gateway', standing.ready.url],
      environment,
    );
    await streaming.until(({ stdout }) => stdout().length > 0);
    expect(await raw.scard(keys.workerSessions(workerId('w2')))).toBe(1);
    const drains = gate.hold({ at: script('drain'), moment: 'after' });
    victim.kill('SIGTERM');
    await drains;
    await killed(victim);
    const { code, stderr } = await streaming.finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining('nothing lost')]);
    const gone = 'worker.offline lease_expired';
    await expect.poll(() => offline('w2'), SWEPT).toEqual([gone, gone]);
    await checkBooks({ raw, keys }, cluster.registry);
  }, 30_000);

  it('[REG-34] a router in its sweep: what it found is reported once', async () => {
    await cluster.stop();
    // A fleet of its own, where nobody else sweeps.
    await openFleet(redis.prefix());
    const { registration, ledger } = cluster.registry;
    await registration.register(workerInfo('w1'), LONG_MS);
    await registration.register(workerInfo('w2'), LONG_MS);
    await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
    await endLeases({ raw, keys }, { workers: ['w1'], sessions: [1] });
    const { gate, through } = await openGate();
    const stands = gate.hold({ at: script('sweep'), moment: 'after' });
    const router = startRt(['router', ...LISTEN], through);
    processes.push(router);
    await stands;
    await killed(router);
    expect(await ledger.sweep()).toEqual([]);
    expect(await events({ workerId: 'w1' })).toEqual([
      'worker.ready',
      'session.started',
      'worker.offline lease_expired',
      LAPSED,
    ]);
    await checkBooks({ raw, keys }, cluster.registry);
  }, 20_000);
});
