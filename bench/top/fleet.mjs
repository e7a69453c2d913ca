/** A fleet that exists in Redis alone: records, digests that change with each beat, and events. */
import { createRedisConnections } from '../../dist/registry/redis.js';
import { createRedisRegistry } from '../../dist/registry/redis-registry.js';
import { systemClock } from '../../dist/base/clock.js';
import { silentLogger } from '../../dist/base/log.js';

const LEASE_MS = 600_000;
/** Only digests change while a monitor is measured: nothing but it reads records. */
const BEAT_MS = 60_000;
const SAID = [
  'and then we ship the router on friday, right?',
  'sí, el número de pedido es cuatro cinco',
  'one moment please, I will look that up for you and call you back in a few minutes',
];

/**
 * Registers `workers`; `stop` ends the beats and the events, waits for those under way and closes the connection.
 * `churn`: sessions that end, and begin in their place, with every beat.
 */
export async function startFleet({ redisUrl, workers, sessions, eventsPerSecond, periodMs, churn = 0 }) {
  const connections = createRedisConnections({ url: redisUrl, clock: systemClock, logger: silentLogger });
  const registry = createRedisRegistry({ connections, clock: systemClock });
  await registry.connect(5000);
  const capacity = Math.ceil(sessions / workers) + 1;
  const ids = Array.from({ length: workers }, (_, index) => `w-${index + 1}`);
  const register = async () => {
    for (const id of ids) await registry.registration.register(workerInfo(id, capacity), LEASE_MS);
  };
  await register();
  let beats = 0;
  const beat = async () => {
    beats += 1;
    const at = new Date().toISOString();
    for (const id of ids) await publish(registry, workerDigest(id, { at, capacity, beats }));
    const first = beats * churn;
    const held = Array.from({ length: sessions }, (_, index) => session(first + index, { workers, beats }));
    await publish(registry, gatewayDigest({ at, sessions: held }));
  };
  await beat();
  const underWay = new Set();
  const begin = (work) => {
    const done = work().finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const refuse = async () => registry.ledger.note({ type: 'reject', reason: 'no_capacity' });
  const timers = [
    setInterval(() => begin(beat), periodMs),
    setInterval(() => begin(refuse), 1000 / eventsPerSecond),
    setInterval(() => begin(register), LEASE_MS / 3),
  ];
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay);
      await registry.stop();
    },
  };
}

function publish(registry, digest) {
  return registry.snapshots.publish(`${digest.role}:${digest.id}`, JSON.stringify(digest));
}

function workerInfo(id, capacity) {
  return {
    id,
    endpoint: 'ws://127.0.0.1:9000',
    capacity,
    models: ['rt-tiny-en', 'fast'],
    protocol: 1,
    provider: 'cpu',
    engine: 'asr',
    version: '0.1.0',
    host: 'host-a',
    pid: 4242,
    startedAt: new Date().toISOString(),
    gpuMemoryUsed: '',
    gpuMemoryTotal: '',
  };
}

function workerDigest(id, { at, capacity, beats }) {
  return {
    role: 'worker',
    id,
    at,
    beat_ms: BEAT_MS,
    status: 'ready',
    capacity,
    active: capacity - 1,
    provider: 'cpu',
    models: ['rt-tiny-en', 'fast'],
    step_p50_ms: 41.2,
    step_p95_ms: 60 + (beats % 9),
    batch_fill: 2.4,
    audio_rate: 3.9,
    rss_bytes: 210_000_000,
    cpu_share: (beats % 7) / 10,
    loop_delay_p99_ms: 11,
    sessions: [],
  };
}

function gatewayDigest({ at, sessions }) {
  return {
    role: 'gateway',
    id: 'gateway-1',
    at,
    beat_ms: BEAT_MS,
    status: 'ready',
    url: 'ws://127.0.0.1:8000',
    overload_level: 0,
    waiting: 0,
    rejects_total: 0,
    sessions_total: sessions.length,
    rss_bytes: 90_000_000,
    cpu_share: 0.08,
    loop_delay_p99_ms: 12,
    begin_ms: { p50: 12, p95: 41, p99: 80, count: 100 },
    response_ms: { p50: 212, p95: 388, p99: 500, count: 100 },
    sessions,
  };
}

/** Every text changes with every beat: the worst there is to draw. */
function session(index, { workers, beats }) {
  return {
    id: `sess_${index.toString(16).padStart(12, '0')}`,
    worker_id: `w-${(index % workers) + 1}`,
    model: 'fast',
    language: 'en',
    client_ip: '127.0.0.1',
    started_at: new Date(1_700_000_000_000 + index).toISOString(),
    audio_s: beats + index,
    lag_s: ((beats + index) % 9) / 10,
    speaking: true,
    finals: beats,
    last_text: `${SAID[index % SAID.length]} ${beats}`,
    last_text_final: (beats + index) % 3 === 0,
    last_confidence: 0.9,
    response_ms: { p50: 210, p95: 390, p99: 500, count: 100 },
  };
}
