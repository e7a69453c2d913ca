/** Options of servers as tests start them: any free port, quiet, quick to notice. */
import type { ClusterOptions, GatewayOptions, RouterOptions, WorkerOptions } from '../../src/app/ports.ts';

type Where = Pick<ClusterOptions, 'redisUrl' | 'prefix'>;

const QUIET = { logLevel: 'silent', connectTimeoutMs: 2_000 } as const;

export function workerOptions(where: Where, changes: Partial<WorkerOptions> = {}): WorkerOptions {
  return {
    ...where,
    ...QUIET,
    listen: '127.0.0.1:0',
    models: [],
    vad: 'silero',
    provider: 'auto',
    capacity: 2,
    heartbeatMs: 200,
    ...changes,
  };
}

export function gatewayOptions(where: Where, changes: Partial<GatewayOptions> = {}): GatewayOptions {
  return {
    ...where,
    ...QUIET,
    listen: ['127.0.0.1:0'],
    overflow: 'reject',
    queueTimeoutMs: 5_000,
    queueLength: 100,
    lagWarnMs: 3_000,
    lagHardMs: 5_000,
    lagGraceMs: 2_000,
    stallMs: 2_000,
    resumeGraceMs: 60_000,
    publishTranscripts: true,
    channelPrefix: 'transcription-stream:',
    allowUnpaced: true,
    ...changes,
  };
}

export function routerOptions(where: Where, changes: Partial<RouterOptions> = {}): RouterOptions {
  return { ...where, ...QUIET, listen: '127.0.0.1:0', sweepMs: 200, ...changes };
}
