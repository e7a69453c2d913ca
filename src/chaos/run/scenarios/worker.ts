/** Scenarios in which a session loses its worker. */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import type { Scenario } from '../plan.ts';
import { chooseMoment, early } from './moments.ts';

const FLEET = { gateways: 1, workers: 2, needsRestart: false, resumes: false, cuttable: false };
const RESTART_MS = 500;
const SHORT = { durationMs: 8_000 };

export const workerKill: Scenario = {
  name: 'worker-kill',
  summary:
    'SIGKILL to the worker of one session: before speech, inside a word, after a final, during flush or end.',
  audio: SHORT,
  ...FLEET,
  plan: (context) => {
    const { at, label } = chooseMoment(context);
    const target = { role: 'worker', session: at.session } as const;
    return [{ at, kind: 'kill', target, healAfterMs: RESTART_MS, label: `worker killed ${label}` }];
  },
};

/** Behind what an utterance of a person lasts, before the longest one that is allowed (30 s). */
const LONG_UTTERANCE_S = 25;

export const workerKillLong: Scenario = {
  name: 'worker-kill-long',
  summary: 'SIGKILL to the worker of one session that has been speaking for 25 s without a pause.',
  audio: { durationMs: 32_000, utteranceWords: { least: 1000, most: 1000 } },
  ...FLEET,
  plan: ({ random, programs }) => {
    const session = Math.floor(random() * programs.length);
    const start = programs[session]?.words[0]?.startSample ?? 0;
    const sample = start + Math.floor((LONG_UTTERANCE_S + random()) * SAMPLE_RATE);
    return [
      {
        at: { on: 'sample', session, sample },
        kind: 'kill',
        target: { role: 'worker', session },
        healAfterMs: RESTART_MS,
        label: `worker killed ${LONG_UTTERANCE_S} s into an utterance`,
      },
    ];
  },
};

export const workerStop: Scenario = {
  name: 'worker-stop',
  summary:
    'SIGSTOP to the worker of one session and SIGCONT seconds later: what it still says must change nothing.',
  audio: { durationMs: 10_000 },
  ...FLEET,
  plan: (context) => {
    const { at, label } = chooseMoment(context);
    const target = { role: 'worker', session: at.session } as const;
    // Some wake up before anybody gave them up, most long after.
    const healAfterMs = 1_000 + Math.floor(context.random() * 5_000);
    return [
      { at, kind: 'stop', target, healAfterMs, label: `worker stopped ${label} for ${healAfterMs} ms` },
    ];
  },
};

export const workerDrain: Scenario = {
  name: 'worker-drain',
  summary:
    'SIGTERM to every worker in turn, each started again: a rolling restart that nobody should notice.',
  audio: { durationMs: 12_000 },
  ...FLEET,
  plan: (context) => {
    const { at, label } = early(context, 0.4);
    return [
      {
        at,
        kind: 'drain',
        target: { role: 'workers' },
        healAfterMs: 0,
        label: `workers restarted in turn ${label}`,
      },
    ];
  },
};
