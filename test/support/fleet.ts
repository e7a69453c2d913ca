/** Records of workers and sessions with everything filled in, so that tests name only what matters. */
import type { GatewayId, SessionId, WorkerId } from '../../src/base/ids.ts';
import type {
  Renewal,
  SessionInfo,
  SessionProgress,
  WorkerInfo,
  WorkerView,
} from '../../src/registry/ports.ts';

export const GATEWAY = 'gateway-1' as GatewayId;

export function workerId(id: string): WorkerId {
  return id as WorkerId;
}

/** Session ids `sess_` and 12 digits from a small number. */
export function sessionId(number: number): SessionId {
  return `sess_${number.toString(16).padStart(12, '0')}` as SessionId;
}

export function workerInfo(id: string, changes: Partial<WorkerInfo> = {}): WorkerInfo {
  return {
    id: workerId(id),
    endpoint: `ws://127.0.0.1:9000`,
    capacity: 2,
    models: ['rt-tiny-en', 'fast'],
    protocol: 1,
    provider: 'cpu',
    engine: 'asr',
    version: '0.1.0',
    host: 'host-a',
    pid: 4242,
    startedAt: '2025-01-01T00:00:00.000Z',
    gpuMemoryUsed: '',
    gpuMemoryTotal: '',
    ...changes,
  };
}

export function workerView(id: string, changes: Partial<WorkerView> = {}): WorkerView {
  return {
    ...workerInfo(id),
    status: 'ready',
    wish: 'none',
    activeSessions: 0,
    lastHeartbeat: '2025-01-01T00:00:00.000Z',
    ...changes,
  };
}

export function sessionInfo(number: number, changes: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id: sessionId(number),
    gatewayId: GATEWAY,
    language: 'en',
    model: 'fast',
    clientIp: '127.0.0.1',
    epoch: 1,
    enhanceOnEnd: false,
    ...changes,
  };
}

export function progress(number: number, changes: Partial<SessionProgress> = {}): SessionProgress {
  return { id: sessionId(number), epoch: 1, audioDuration: 0, committed: 0, ...changes };
}

/** What a gateway is told when every session is still its own and wanted. */
export const ALL_RENEWED: Renewal = { lost: [], unwanted: [] };

/** What a gateway renews: a session on a worker with its progress. */
export function renewal(
  number: number,
  worker: string,
  changes: Partial<SessionProgress> = {},
): SessionProgress & { workerId: WorkerId; info: SessionInfo } {
  const { epoch = 1 } = changes;
  return { ...progress(number, changes), workerId: workerId(worker), info: sessionInfo(number, { epoch }) };
}
