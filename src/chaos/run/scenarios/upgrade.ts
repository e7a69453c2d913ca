/** The scenario of an upgrade: nothing is killed, and in the end no process is the one it was. */
import type { Scenario } from '../plan.ts';
import { early } from './moments.ts';

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  summary:
    'SIGTERM to every worker, then every gateway, then the router, each started again before the next.',
  // Long enough that sessions still speak when the router goes: a worker waits for the end of an utterance, a gateway
  // for clients that are spread over five seconds.
  audio: { durationMs: 36_000 },
  ...{ gateways: 2, workers: 2, needsRestart: true, resumes: true, cuttable: false },
  plan: (context) => {
    const { at, label } = early(context, 0.05);
    const target = { role: 'servers' } as const;
    return [{ at, kind: 'drain', target, healAfterMs: 0, label: `servers restarted in turn ${label}` }];
  },
};
