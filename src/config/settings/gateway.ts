/** Settings of `rt gateway`. */
import { address, choice, durationMs, integer, listOf, text, toggle } from '../kinds.ts';
import { INSECURE_NO_AUTH, READY_FILE } from '../server-rows.ts';
import type { Section } from '../setting.ts';

export interface GatewayConfig {
  readonly id: string | undefined;
  readonly listen: readonly string[];
  readonly overflow: 'reject' | 'queue' | 'degrade';
  readonly queueTimeoutMs: number;
  readonly queueLength: number;
  readonly drainTimeoutMs: number;
  readonly lagWarnMs: number;
  readonly lagHardMs: number;
  readonly lagGraceMs: number;
  readonly stallMs: number;
  readonly resumeGraceMs: number;
  readonly publishTranscripts: boolean;
  readonly channelPrefix: string;
  readonly allowUnpaced: boolean;
  readonly readyFile: string | undefined;
  readonly insecureNoAuth: boolean;
}

export const gatewaySection: Section<GatewayConfig> = {
  name: 'gateway',
  rows: {
    id: { flag: 'id', kind: text('ID'), doc: 'Name in the registry. Without it: a fresh one.' },
    listen: {
      flag: 'listen',
      kind: listOf(address),
      default: '127.0.0.1:8000',
      doc: 'Address to serve on; repeat for more. Port 0 takes any free one.',
    },
    overflow: {
      flag: 'overflow',
      kind: choice('reject', 'queue', 'degrade'),
      default: 'reject',
      doc: 'What a client gets when every worker is full: a refusal, a wait for a slot, or "fast" for "accurate".',
    },
    queueTimeoutMs: {
      flag: 'queue-timeout',
      kind: durationMs,
      default: '5s',
      doc: 'With --overflow queue: how long a client may wait for a slot.',
    },
    queueLength: {
      flag: 'queue-length',
      kind: integer(1, 100_000),
      default: '100',
      doc: 'With --overflow queue: how many clients may wait at once.',
    },
    drainTimeoutMs: {
      flag: 'drain-timeout',
      kind: durationMs,
      default: '30s',
      doc: 'How long sessions may run on after the first SIGTERM or SIGINT.',
    },
    lagWarnMs: {
      flag: 'lag-warn',
      kind: durationMs,
      default: '3s',
      doc: 'Lag at which a session is warned.',
    },
    lagHardMs: {
      flag: 'lag-hard',
      kind: durationMs,
      default: '5s',
      doc: 'Lag at which a session is ended (4010).',
    },
    lagGraceMs: {
      flag: 'lag-grace',
      kind: durationMs,
      default: '2s',
      doc: 'How long lag must stay above --lag-hard before the session is ended.',
    },
    stallMs: {
      flag: 'stall-ms',
      kind: integer(250, 60_000),
      default: '2000',
      doc: 'How long a silent worker may leave a ping unanswered before its sessions go elsewhere.',
    },
    resumeGraceMs: {
      flag: 'resume-grace',
      kind: durationMs,
      default: '60s',
      doc: 'How long a session is kept that has lost its worker and finds no other one.',
    },
    publishTranscripts: {
      flag: 'publish-transcripts',
      kind: toggle,
      default: 'true',
      doc: 'Publish transcripts on Redis as well.',
    },
    channelPrefix: {
      flag: 'channel-prefix',
      kind: text('PREFIX'),
      default: 'transcription-stream:',
      doc: 'Beginning of the Redis channel; the session id follows.',
    },
    allowUnpaced: {
      flag: 'allow-unpaced',
      kind: toggle,
      default: 'false',
      doc: 'Read audio as fast as it comes instead of near real time.',
    },
    readyFile: READY_FILE,
    insecureNoAuth: INSECURE_NO_AUTH,
  },
};
