/** Scenarios in which sessions lose their connection and come back. */
import type { Scenario } from '../plan.ts';
import { chooseMoment, early } from './moments.ts';

const CUT_MS = 5_000;

export const gatewayKill: Scenario = {
  name: 'gateway-kill',
  summary: 'SIGKILL to the gateway of one session: its clients go on at the other one.',
  audio: { durationMs: 10_000 },
  ...{ gateways: 2, workers: 2, needsRestart: false, resumes: true, cuttable: false },
  plan: (context) => {
    const { at, label } = chooseMoment(context);
    const target = { role: 'gateway', session: at.session } as const;
    return [{ at, kind: 'kill', target, healAfterMs: 1_000, label: `gateway killed ${label}` }];
  },
};

export const cut: Scenario = {
  name: 'cut',
  summary: 'No network between clients and gateways for 5 s: connections are refused, or nothing is carried.',
  audio: { durationMs: 10_000 },
  ...{ gateways: 2, workers: 2, needsRestart: false, resumes: true, cuttable: true },
  plan: (context) => {
    const { at, label } = early(context, 0.8);
    const kind = context.random() < 0.5 ? 'down' : 'partition';
    const target = { role: 'network' } as const;
    return [{ at, kind, target, healAfterMs: CUT_MS, label: `network ${kind} ${label} for 5 s` }];
  },
};
