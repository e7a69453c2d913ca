// A gateway reduced to its claims, in a process of its own: `node gateway-process.mjs DIST URL PREFIX NAME`.
// Reads lines from stdin: `acquire ROUND N` tries N sessions at once and answers with the number granted;
// `release` frees them all; `hold LEASE_MS` claims one session and answers when it has it; `renew LEASE_MS` and `end`
// renew and release that one; `sweep` answers with the events it caused.
import { createInterface } from 'node:readline';

const [, , dist, url, prefix, name] = process.argv;
const load = (path) => import(`${dist}/${path}`);
const { systemClock } = await load('base/clock.js');
const { silentLogger } = await load('base/log.js');
const { createRedisConnections } = await load('registry/redis.js');
const { createRedisRegistry } = await load('registry/redis-registry.js');
const { createRouter } = await load('router/acquire.js');

const connections = createRedisConnections({ url, clock: systemClock, logger: silentLogger });
const registry = createRedisRegistry({ connections, clock: systemClock, prefix });
await registry.connect(5000);

const never = new globalThis.AbortController().signal;
const PROGRESS = { epoch: 1, audioDuration: 0, committed: 0 };
let held = [];
let holder;

function sessionOf(id) {
  return {
    id,
    gatewayId: name,
    language: 'en',
    model: 'fast',
    clientIp: '127.0.0.1',
    epoch: 1,
    enhanceOnEnd: false,
  };
}

function claim(session, leaseMs) {
  return createRouter({ ledger: registry.ledger, leaseMs }).acquire({ session, protocol: 1 }, never);
}

const commands = {
  async acquire(round, count) {
    const ids = Array.from({ length: Number(count) }, (_, i) => `${name}-${round}-${i}`);
    const answers = await Promise.all(ids.map((id) => claim(sessionOf(id), 60_000)));
    held = answers.filter(({ type }) => type === 'allocated').map(({ sessionId }) => sessionId);
    return held.length;
  },
  async release() {
    await Promise.all(held.map((id) => registry.ledger.release({ id, ...PROGRESS }, 'ended', 'done')));
    return held.length;
  },
  async hold(leaseMs) {
    const { type, workerId } = await claim(sessionOf(`${name}-held`), Number(leaseMs));
    holder = workerId;
    return type;
  },
  async renew(leaseMs) {
    const info = sessionOf(`${name}-held`);
    const claimed = { id: info.id, ...PROGRESS, workerId: holder, info };
    return JSON.stringify(await registry.ledger.renew(name, [claimed], Number(leaseMs)));
  },
  end: () => registry.ledger.release({ id: `${name}-held`, ...PROGRESS }, 'ended', 'done'),
  sweep: async () => JSON.stringify(await registry.ledger.sweep()),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...args] = line.split(' ');
  console.log(String(await commands[command](...args)));
}
await registry.stop();
