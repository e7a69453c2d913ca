/** Every scenario by its name. */
import type { Scenario } from './plan.ts';
import { cut, gatewayKill } from './scenarios/connection.ts';
import { redisDown, redisStop, routerKill } from './scenarios/store.ts';
import { rollingRestart } from './scenarios/upgrade.ts';
import { workerDrain, workerKill, workerKillLong, workerStop } from './scenarios/worker.ts';

export const SCENARIOS: readonly Scenario[] = [
  workerKill,
  workerKillLong,
  workerStop,
  workerDrain,
  rollingRestart,
  redisDown,
  redisStop,
  routerKill,
  gatewayKill,
  cut,
];
