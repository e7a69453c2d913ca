/** Scenarios in which sessions lose what they do not need while they run: the store and the router. */
import type { Scenario } from '../plan.ts';
import { early } from './moments.ts';

const FLEET = { gateways: 1, workers: 2, resumes: false, cuttable: false };

export const redisDown: Scenario = {
  name: 'redis-down',
  summary: 'SIGKILL to Redis, which comes back empty after 8 s.',
  audio: { durationMs: 14_000 },
  ...FLEET,
  needsRestart: true,
  plan: (context) => {
    const { at, label } = early(context, 0.3);
    return [
      {
        at,
        kind: 'kill',
        target: { role: 'redis' },
        healAfterMs: 8_000,
        label: `redis killed ${label} for 8 s`,
      },
    ];
  },
};

export const redisStop: Scenario = {
  name: 'redis-stop',
  summary: 'SIGSTOP to Redis for 5 s: connections stay open and nothing is answered.',
  audio: { durationMs: 10_000 },
  ...FLEET,
  needsRestart: false,
  plan: (context) => {
    const { at, label } = early(context, 0.3);
    return [
      {
        at,
        kind: 'stop',
        target: { role: 'redis' },
        healAfterMs: 5_000,
        label: `redis stopped ${label} for 5 s`,
      },
    ];
  },
};

export const routerKill: Scenario = {
  name: 'router-kill',
  summary: 'SIGKILL to the router: sessions run, and gateways go on finding workers without it.',
  audio: { durationMs: 8_000 },
  ...FLEET,
  needsRestart: false,
  plan: (context) => {
    const { at, label } = early(context, 0.6);
    return [
      { at, kind: 'kill', target: { role: 'router' }, healAfterMs: 2_000, label: `router killed ${label}` },
    ];
  },
};
