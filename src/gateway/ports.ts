/** What the composition root gives the gateway and gets from it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { GatewayId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Bus } from '../bus/ports.ts';
import type { Registry } from '../registry/ports.ts';
import type { LineLimits } from './line/ports.ts';
import type { OverflowPolicy } from './overload/door.ts';
import type { OverloadLevel } from './overload/levels.ts';
import type { ResourceMonitor } from './overload/resource-monitor.ts';
import type { Router } from '../router/acquire.ts';
import type { Address } from '../transport/address.ts';
import type { WsServer } from '../transport/ws-server.ts';

/** When undecoded audio is warned about and when it ends a session (docs/sessions.md). */
export interface LagLimits {
  readonly warnMs: number;
  readonly hardMs: number;
  /** How long the hard limit may be exceeded. */
  readonly graceMs: number;
}

export interface GatewayServerOptions {
  readonly id: GatewayId;
  /** At least one. */
  readonly listen: readonly Address[];
  readonly registry: Pick<Registry, 'ledger' | 'fleet' | 'snapshots'>;
  readonly bus: Bus;
  readonly router: Router;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lag: LagLimits;
  readonly failover: LineLimits;
  /** What a client gets when every worker is full. */
  readonly overflow: OverflowPolicy;
  /** Closed with the server. */
  readonly monitor: ResourceMonitor;
  /** Whether transcripts go to `channelPrefix` + session id, and last texts to the snapshot. */
  readonly publishTranscripts: boolean;
  readonly channelPrefix: string;
  /** Whether audio may arrive faster than real time without bound. */
  readonly allowUnpaced: boolean;
  /** Plain HTTP: health, metrics, fleet documents, pages. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export interface GatewayServer {
  /** One per listening address, in order. */
  readonly servers: readonly WsServer[];
  readonly isDraining: boolean;
  readonly sessionCount: number;
  readonly overloadLevel: OverloadLevel;
  /** Clients that wait for a slot; they count as sessions too. */
  readonly waitingCount: number;
  /** Takes no new session; `deadline`: some were still running after `deadlineMs`. */
  drain(deadlineMs: number): Promise<'drained' | 'deadline'>;
  /** Ends every session with `shutting_down`, releases their slots, closes the ports. Idempotent. */
  close(): Promise<void>;
}
