/**
 * Health of the server in this container, for HEALTHCHECK: 0 once it was ready and as long as it lives, else 1 and why.
 *
 * Asks /healthz and not /readyz: a gateway is not ready while Redis is away, and restarting it then would end the
 * calls it still carries. The ready file names the address, so that no port has to be said twice.
 */
import { readFileSync } from 'node:fs';

const READY_FILE = '/run/rt/ready.json';
const ANSWER_WITHIN_MS = 2000;

const { RT_WORKER_READY_FILE, RT_GATEWAY_READY_FILE, RT_ROUTER_READY_FILE } = process.env;
const file = RT_WORKER_READY_FILE ?? RT_GATEWAY_READY_FILE ?? RT_ROUTER_READY_FILE ?? READY_FILE;

try {
  const { http } = JSON.parse(readFileSync(file, 'utf8'));
  const { status } = await fetch(`${http}/healthz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (status !== 200) throw new Error(`${http}/healthz answers ${status}`);
} catch (error) {
  process.stdout.write(`${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
