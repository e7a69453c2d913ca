/**
 * The gateway's ports and everything that concerns all its sessions: accepting, renewing leases,
 * acting on workers that went away, telling monitors, draining.
 */
import { messageOf, RtError } from '../base/errors.ts';
import { type ProcessLoad, watchProcessLoad } from '../base/process-load.ts';
import { createQuantileWindow, type QuantileWindow } from '../base/quantile-window.ts';
import { repeat } from '../base/repeat.ts';
import { within } from '../base/within.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../protocol/version.ts';
import type { SessionId } from '../base/ids.ts';
import type { FleetEvent } from '../registry/ports.ts';
import { HEARTBEAT_MS, SESSION_RENEW_MS } from '../registry/leases.ts';
import type { Socket } from '../transport/socket.ts';
import { listen, type UpgradeRequest, type WsServer } from '../transport/ws-server.ts';
import { gatewayDigest, latencyDigest } from './digest.ts';
import { createGatewayMetrics, type GatewayMetrics } from './gateway-metrics.ts';
import { createDoor, type Door } from './overload/door.ts';
import { createLagTurns, type LagTurns } from './lag-turns.ts';
import { createOverloadWatch, LOOK_MS, type OverloadWatch } from './overload/overload-watch.ts';
import type { GatewayServer, GatewayServerOptions } from './ports.ts';
import { renewClaims } from './renew-claims.ts';
import { GatewaySession, type SessionObserver } from './session.ts';
import { createSlotReleases, type SlotReleases } from './slot-releases.ts';

/** How often sessions look at the clock. */
const TICK_MS = 250;
const CLOSE_MS = 2000;
const FREES_A_SLOT: ReadonlySet<FleetEvent['type']> = new Set([
  'worker.ready',
  'session.ended',
  'session.error',
]);
/** Clients asked to go elsewhere come back spread over this time. */
const RECONNECT_SPREAD_MS = 5000;

/** What the sessions of one gateway share. */
interface Hall {
  readonly options: GatewayServerOptions;
  readonly sessions: Set<GatewaySession>;
  readonly metrics: GatewayMetrics;
  readonly begins: QuantileWindow;
  readonly responses: QuantileWindow;
  readonly observer: SessionObserver;
  readonly overload: OverloadWatch;
  readonly door: Door;
  readonly slots: SlotReleases;
  readonly lagTurns: LagTurns;
  readonly stopped: AbortController;
  isDraining: boolean;
  sessionsTotal: number;
  rejectsTotal: number;
}

/** @throws RtError address_in_use, config_invalid */
export async function startGatewayServer(options: GatewayServerOptions): Promise<GatewayServer> {
  const hall = openHall(options);
  const servers = await listenAll(options, (socket, request) => accept(hall, socket, request));
  const look = watchProcessLoad(options.clock);
  const { signal } = hall.stopped;
  const { clock } = options;
  const claims = { ...options, ledger: options.registry.ledger, sessions: hall.sessions };
  const tasks = [
    repeat(clock, { everyMs: TICK_MS, signal, run: () => tick(hall) }),
    repeat(clock, { everyMs: SESSION_RENEW_MS, signal, run: () => renewClaims(claims) }),
    repeat(clock, { everyMs: HEARTBEAT_MS, signal, run: () => publish(hall, servers, look()) }),
    repeat(clock, { everyMs: LOOK_MS, signal, run: () => lookAround(hall) }),
    watchFleet(hall),
  ];
  await publish(hall, servers, look());

  return {
    servers,
    get isDraining() {
      return hall.isDraining;
    },
    get sessionCount() {
      return hall.sessions.size;
    },
    get overloadLevel() {
      return hall.overload.level;
    },
    get waitingCount() {
      return hall.door.waiting;
    },
    drain: (deadlineMs) => drain(hall, deadlineMs),
    async close() {
      hall.isDraining = true;
      endAll(hall);
      await within(clock, CLOSE_MS, Promise.all([allClosed(hall), hall.slots.settled()]));
      await Promise.all(servers.map((server) => server.close(CLOSE_MS)));
      hall.stopped.abort(new RtError('interrupted', 'the gateway stops'));
      await Promise.all(tasks);
      options.monitor.close();
      await options.registry.snapshots.remove(`gateway:${options.id}`).catch(() => undefined);
    },
  };
}

function openHall(options: GatewayServerOptions): Hall {
  const metrics = createGatewayMetrics(options.metrics);
  const sessions = new Set<GatewaySession>();
  const { clock, log, monitor, registry } = options;
  const { ledger } = registry;
  const stopped = new AbortController();
  const laggingSessions = (): number =>
    [...sessions].filter(({ lagS }) => lagS * 1000 > options.lag.warnMs).length;
  const overload = createOverloadWatch({ monitor, ledger, laggingSessions, clock, log });
  const hall: Hall = {
    options,
    sessions,
    overload,
    door: createDoor({ overload, policy: options.overflow, clock }),
    lagTurns: createLagTurns({ sessions, limits: options.lag, nowMs: () => clock.nowMs() }),
    slots: createSlotReleases({ ledger, clock, log, signal: stopped.signal }),
    metrics,
    begins: createQuantileWindow(),
    responses: createQuantileWindow(2048),
    observer: {
      onBegin(openingMs) {
        hall.sessionsTotal++;
        hall.begins.add(openingMs);
        metrics.begin.observe(openingMs / 1000);
      },
      onResponse(latencyMs) {
        hall.responses.add(latencyMs);
        metrics.response.observe(latencyMs / 1000);
      },
      onFailover: () => metrics.failovers.add(),
      onLagMove: () => metrics.lagMoves.add(),
      onRefused(code) {
        hall.rejectsTotal++;
        metrics.refused.add(1, { code });
        void ledger.note({ type: 'reject', gatewayId: options.id, reason: code }).catch(() => undefined);
      },
    },
    stopped,
    isDraining: false,
    sessionsTotal: 0,
    rejectsTotal: 0,
  };
  return hall;
}

async function listenAll(
  options: GatewayServerOptions,
  onSocket: (socket: Socket, request: UpgradeRequest) => void,
): Promise<readonly WsServer[]> {
  const servers: WsServer[] = [];
  try {
    for (const { host, port } of options.listen) {
      servers.push(
        await listen({
          host,
          port,
          clock: options.clock,
          log: options.log,
          subprotocol: SUBPROTOCOL,
          onRequest: options.onRequest,
          route: ({ url }) =>
            url.pathname === STREAM_PATH
              ? 'accept'
              : { status: 404, reason: `streams are at ${STREAM_PATH}` },
          onSocket,
        }),
      );
    }
    return servers;
  } catch (error) {
    await Promise.all(servers.map((server) => server.close(0)));
    throw error;
  }
}

function accept(hall: Hall, socket: Socket, request: UpgradeRequest): void {
  const onTakeOver = (id: SessionId): void => {
    for (const other of hall.sessions) if (other.id === id) other.yield();
  };
  const { options, observer, door, slots, lagTurns } = hall;
  const parts = { ...options, observer, door, slots, lagTurns, onTakeOver };
  const session = new GatewaySession(parts, socket, request);
  if (hall.isDraining) session.fail(new RtError('shutting_down', 'This gateway takes no new sessions'));
  hall.sessions.add(session);
  hall.metrics.sessions.set(hall.sessions.size);
  void session.closed.then(() => {
    hall.sessions.delete(session);
    hall.metrics.sessions.set(hall.sessions.size);
    if (!session.hasBegun) return;
    hall.metrics.ended.add(1, { outcome: session.outcome });
    hall.metrics.audioSeconds.add(session.audioS);
  });
}

function tick(hall: Hall): void {
  const nowMs = hall.options.clock.nowMs();
  for (const session of hall.sessions) session.tick(nowMs);
}

async function publish(hall: Hall, servers: readonly WsServer[], load: ProcessLoad): Promise<void> {
  const { options } = hall;
  const digest = gatewayDigest({
    id: options.id,
    at: options.clock.date().toISOString(),
    beat_ms: HEARTBEAT_MS,
    status: hall.isDraining ? 'draining' : 'ready',
    url: servers[0]?.wsUrl ?? '',
    overload_level: hall.overload.level,
    waiting: hall.door.waiting,
    rejects_total: hall.rejectsTotal,
    sessions_total: hall.sessionsTotal,
    rss_bytes: load.rssBytes,
    cpu_share: load.cpuShare,
    loop_delay_p99_ms: load.loopDelayP99Ms,
    begin_ms: latencyDigest(hall.begins),
    response_ms: latencyDigest(hall.responses),
    sessions: [...hall.sessions].flatMap((session) => session.digest() ?? []),
  });
  await options.registry.snapshots
    .publish(`gateway:${options.id}`, JSON.stringify(digest))
    .catch(() => undefined);
}

/** Measures the load, and has who waits look for a slot whose being freed was not heard of. */
async function lookAround({ overload, door, metrics }: Hall): Promise<void> {
  await overload.look();
  door.slotFreed();
  metrics.overloadLevel.set(overload.level);
  metrics.waiting.set(door.waiting);
}

/** Lets the sessions of a worker that drains go elsewhere, and those who wait take what was freed. */
async function watchFleet(hall: Hall): Promise<void> {
  const { registry, log } = hall.options;
  try {
    for await (const event of registry.fleet.watch(hall.stopped.signal)) {
      if (FREES_A_SLOT.has(event.type)) hall.door.slotFreed();
      if (event.type !== 'worker.draining') continue;
      for (const session of hall.sessions) {
        if (session.workerId === event.workerId) session.leaveWorker();
      }
    }
  } catch (error) {
    if (!hall.stopped.signal.aborted) log.error('fleet events ended', { error: messageOf(error) });
  }
}

async function drain(hall: Hall, deadlineMs: number): Promise<'drained' | 'deadline'> {
  hall.isDraining = true;
  hall.door.close();
  for (const session of hall.sessions) {
    session.goAway(Math.round(Math.random() * RECONNECT_SPREAD_MS));
  }
  const ended = await within(hall.options.clock, deadlineMs, allClosed(hall));
  return ended === 'late' ? 'deadline' : 'drained';
}

function endAll(hall: Hall): void {
  for (const session of hall.sessions) {
    session.fail(new RtError('shutting_down', 'This gateway is shutting down'));
  }
}

async function allClosed(hall: Hall): Promise<void> {
  await Promise.all([...hall.sessions].map((session) => session.closed));
}
