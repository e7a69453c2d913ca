/**
 * One gateway of the race, reduced to its claims: `node gateway.mjs URL PREFIX NAME WANTED LEASE_MS`. Acquires and lets
 * go at random, a few at a time, renews what it holds and sweeps, until it is killed. Writes its counts to stdout.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../dist/base/clock.js';
import { silentLogger } from '../../dist/base/log.js';
import { createRedisConnections } from '../../dist/registry/redis.js';
import { createRedisRegistry } from '../../dist/registry/redis-registry.js';
import { createRouter } from '../../dist/router/acquire.js';
import { createSweeper } from '../../dist/router/sweeper.js';

const AT_ONCE = 4;
const REPORT_MS = 100;
const SWEEP_MS = 300;

const [, , url, prefix, name, wanted, leaseText] = process.argv;
const leaseMs = Number(leaseText);
const connections = createRedisConnections({ url, clock: systemClock, logger: silentLogger, name });
const { connect, ledger } = createRedisRegistry({ connections, clock: systemClock, prefix });
await connect(5000);
const router = createRouter({ ledger, leaseMs });
const never = new globalThis.AbortController().signal;
const held = new Map();
const counts = { granted: 0, refused: 0, released: 0, lost: 0, unheard: 0 };
let made = 0;

async function acquire() {
  made += 1;
  const session = {
    id: `sess_${name}-${made}`,
    gatewayId: name,
    language: 'en',
    model: 'fast',
    clientIp: '127.0.0.1',
    epoch: 1,
    enhanceOnEnd: false,
  };
  const answer = await router.acquire({ session, protocol: 1 }, never);
  if (answer.type !== 'allocated') {
    counts.refused += 1;
    return;
  }
  counts.granted += 1;
  held.set(session.id, { session, workerId: answer.workerId });
}

async function release() {
  const ids = [...held.keys()];
  const id = ids[Math.floor(Math.random() * ids.length)];
  held.delete(id);
  await ledger.release({ id, epoch: 1, audioDuration: 0, committed: 0 }, 'ended', 'done');
  counts.released += 1;
}

/** One caller: more likely to let go the more is held, so that the fleet is nearly always full. */
async function call() {
  for (;;) {
    try {
      await (Math.random() * Number(wanted) < held.size ? release() : acquire());
    } catch {
      counts.unheard += 1;
      await sleep(50);
    }
  }
}

async function renew() {
  for (;;) {
    await sleep(leaseMs / 3);
    const claims = [...held.values()].map(({ session, workerId }) => ({
      ...{ id: session.id, epoch: 1, audioDuration: 0, committed: 0 },
      ...{ workerId, info: session },
    }));
    const { lost } = await ledger.renew(name, claims, leaseMs).catch(() => ({ lost: [] }));
    // What was let go while the renewal was under way is no loss.
    for (const id of lost) if (held.delete(id)) counts.lost += 1;
  }
}

await createSweeper({ ledger, clock: systemClock, logger: silentLogger, intervalMs: SWEEP_MS }).start();
for (let caller = 0; caller < AT_ONCE; caller += 1) void call();
void renew();
setInterval(() => process.stdout.write(`${JSON.stringify(counts)}\n`), REPORT_MS);
