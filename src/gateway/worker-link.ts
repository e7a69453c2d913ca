/**
 * From a session to a worker that serves it: claims a slot, dials, configures, and tries another
 * worker when one cannot be reached or says no. When it fails, no slot is left behind.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError, type RtErrorCode, toRtError } from '../base/errors.ts';
import type { WorkerId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import { within } from '../base/within.ts';
import { encodeMessage, parseWorkerMessage } from '../protocol/codec.ts';
import { PROTOCOL_VERSION, WORKER_SESSION_PATH } from '../protocol/version.ts';
import type { WorkerMessage, WorkerReady, WorkerSessionConfig } from '../protocol/worker-messages.ts';
import type { SessionInfo, SessionProgress } from '../registry/ports.ts';
import type { Allocation, Router } from '../router/acquire.ts';
import type { Socket } from '../transport/socket.ts';
import { dial } from '../transport/ws-client.ts';
import type { SlotReleases } from './slot-releases.ts';

const DIAL_MS = 2000;
const READY_MS = 5000;
const MAX_ATTEMPTS = 3;
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

export interface WorkerLink {
  readonly workerId: WorkerId;
  readonly ready: WorkerReady;
  readonly socket: Socket;
  /** Takes the messages after `session.begin`, those that have come already included. Called once. */
  readonly onMessage: (listener: (message: WorkerMessage) => void) => void;
}

export interface LinkRequest {
  readonly session: SessionInfo;
  /** Asked when a worker has taken the connection: until then the place to start may move. */
  readonly config: () => WorkerSessionConfig | Promise<WorkerSessionConfig>;
  /** Workers not to ask. */
  readonly exclude?: ReadonlySet<string>;
  /** `replay`: for a session that has lost its worker; slots are kept for those. */
  readonly priority?: 'normal' | 'replay';
  /** One of many tries of somebody who logs how they came out: what a single worker says is logged for debugging. */
  readonly isRetried?: boolean;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface LinkParts {
  readonly router: Router;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Refusals of one worker that another one may not repeat. */
const WORTH_ANOTHER: ReadonlySet<RtErrorCode> = new Set<RtErrorCode>([
  'worker_unreachable',
  'no_capacity',
  'shutting_down',
  'worker_lost',
]);

type AllocatedSlot = Extract<Allocation, { type: 'allocated' }>;

/**
 * @throws RtError no_capacity, invalid_parameters (unknown model), language_unsupported,
 * registry_unavailable, worker_unreachable, interrupted (the client has gone)
 */
export async function openWorkerLink(
  parts: LinkParts & { readonly slots: Pick<SlotReleases, 'release'> },
  request: LinkRequest,
): Promise<WorkerLink> {
  const first = await allocate(parts.router, request, new Set());
  try {
    return await tryWorkers(parts, request, first);
  } catch (error) {
    const { id, epoch } = request.session;
    const progress = (): SessionProgress => ({ id, epoch, audioDuration: 0, committed: 0 });
    await parts.slots.release({ progress, outcome: 'error', reason: 'not_started' });
    throw error;
  }
}

/**
 * The same for a session that runs: its claim moves along, and stays where it was last when nobody takes it.
 * @throws RtError as `openWorkerLink`, and superseded when the session has a newer owner
 */
export async function moveWorkerLink(parts: LinkParts, request: LinkRequest): Promise<WorkerLink> {
  return tryWorkers(parts, request, await allocate(parts.router, request, new Set(request.exclude)));
}

/** The claim moves along: one session holds one slot, whichever worker was asked last. */
async function tryWorkers(parts: LinkParts, request: LinkRequest, first: AllocatedSlot): Promise<WorkerLink> {
  const exclude = new Set(request.exclude);
  let allocation = first;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect(parts, allocation, request);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || request.signal.aborted || !isWorthAnother(error)) throw error;
      parts.log[request.isRetried ? 'debug' : 'warn']('worker refused', {
        session: request.session.id,
        worker: allocation.workerId,
        error: messageOf(error),
      });
      exclude.add(allocation.workerId);
      allocation = await allocate(parts.router, request, exclude);
    }
  }
}

/** Whether what one worker said may not be what another one says. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof RtError && WORTH_ANOTHER.has(error.code);
}

async function allocate(
  router: Router,
  request: LinkRequest,
  exclude: ReadonlySet<string>,
): Promise<AllocatedSlot> {
  const { session, signal, priority = 'normal' } = request;
  const allocation = await router.acquire({ session, protocol: PROTOCOL_VERSION, exclude, priority }, signal);
  if (allocation.type === 'allocated') return allocation;
  if (allocation.type === 'unknown-model') {
    throw new RtError('invalid_parameters', `model "${session.model}" is not served by any worker`, {
      hint: 'See `rt workers list` for the models there are.',
    });
  }
  throw new RtError('no_capacity', `No worker has a free slot for model "${session.model}"`, {
    retryAfterMs: allocation.retryAfterMs,
  });
}

async function connect(
  parts: LinkParts,
  allocation: AllocatedSlot,
  request: LinkRequest,
): Promise<WorkerLink> {
  const socket = await dial({
    url: allocation.endpoint + WORKER_SESSION_PATH,
    timeoutMs: DIAL_MS,
    maxPayloadBytes: MAX_EVENT_BYTES,
    unreachable: 'worker_unreachable',
    signal: request.signal,
    clock: parts.clock,
  });
  const inbox = createInbox(socket);
  try {
    socket.send(encodeMessage(await request.config()));
    const ready = await waitUntilReady(inbox.first, { socket, clock: parts.clock, signal: request.signal });
    return { workerId: allocation.workerId, ready, socket, onMessage: inbox.onMessage };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

/** Splits the first message from the rest, which wait until there is a listener. */
function createInbox(socket: Socket): {
  readonly first: Promise<WorkerMessage>;
  readonly onMessage: WorkerLink['onMessage'];
} {
  const early: WorkerMessage[] = [];
  let listener: ((message: WorkerMessage) => void) | undefined;
  const first = new Promise<WorkerMessage>((resolve) => {
    let isFirst = true;
    socket.onMessage((data) => {
      const message = typeof data === 'string' ? parseWorkerMessage(data) : undefined;
      if (!message || message.type === 'unknown' || message.type === 'invalid') return;
      if (isFirst) {
        isFirst = false;
        resolve(message);
      } else if (listener) listener(message);
      else early.push(message);
    });
  });
  return {
    first,
    onMessage(next) {
      for (const message of early.splice(0)) next(message);
      listener = next;
    },
  };
}

async function waitUntilReady(
  first: Promise<WorkerMessage>,
  link: { readonly socket: Socket; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<WorkerReady> {
  const gone = link.socket.closed.then(() => 'gone' as const);
  // The client has left: nobody waits for this worker any more.
  const unwanted = new Promise<'unwanted'>((resolve) => {
    if (link.signal.aborted) resolve('unwanted');
    link.signal.addEventListener('abort', () => resolve('unwanted'), { once: true });
  });
  const answer = await within(link.clock, READY_MS, Promise.race([first, gone, unwanted]));
  if (answer === 'unwanted') throw toRtError(link.signal.reason, 'interrupted');
  if (answer === 'late' || answer === 'gone') {
    throw new RtError('worker_unreachable', `The worker accepted a connection but did not begin (${answer})`);
  }
  if (answer.type === 'session.begin') return answer;
  if (answer.type === 'error') {
    throw new RtError(answer.code, answer.message, { retryAfterMs: answer.retry_after_ms });
  }
  throw new RtError('worker_unreachable', `The worker began with ${answer.type}`);
}
