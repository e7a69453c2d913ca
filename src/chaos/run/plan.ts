/** What a scenario plans: which fault, at what moment of which session, to whom. Pure data. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { AudioShape, SessionProgram } from './session-program.ts';
import { CHUNK_MS } from './session-program.ts';

export type Moment =
  /** When the session has reached this place in its audio. */
  | { readonly on: 'sample'; readonly session: number; readonly sample: number }
  /** After its nth final, counted from 1. */
  | { readonly on: 'final'; readonly session: number; readonly nth: number; readonly delayMs: number }
  | {
      readonly on: 'said';
      readonly session: number;
      readonly what: 'flush' | 'end';
      readonly delayMs: number;
    };

export type FaultTarget =
  /** The one that the session is on at that moment. */
  | { readonly role: 'worker' | 'gateway'; readonly session: number }
  /** `network`: all that is between clients and gateways. */
  | { readonly role: 'router' | 'redis' | 'network' }
  /** All of them, one after the other; `servers`: workers, then gateways, then the router. */
  | { readonly role: 'workers' | 'servers' };

export interface PlannedFault {
  readonly at: Moment;
  /**
   * `kill`: SIGKILL, and started anew after `healAfterMs`. `stop`: SIGSTOP, and SIGCONT after it. `drain`: SIGTERM,
   * and started anew once it has ended. `down`, `partition`: the network refuses connections, or carries nothing.
   */
  readonly kind: 'kill' | 'stop' | 'drain' | 'down' | 'partition';
  readonly target: FaultTarget;
  readonly healAfterMs: number;
  /** In a few words, for the line of the trial. */
  readonly label: string;
}

export interface PlanContext {
  readonly random: () => number;
  readonly programs: readonly SessionProgram[];
}

export interface Scenario {
  readonly name: string;
  /** One sentence, for help and documentation. */
  readonly summary: string;
  readonly audio: AudioShape;
  readonly gateways: number;
  readonly workers: number;
  /** The fault needs somebody to start the process again, which an attached cluster may not have. */
  readonly needsRestart: boolean;
  /** Clients come back to their session; elsewhere they must not have to. */
  readonly resumes: boolean;
  /** Clients reach gateways through a network that can be cut. */
  readonly cuttable: boolean;
  readonly plan: (context: PlanContext) => readonly PlannedFault[];
}

/** What a session has just done. */
export type Fact =
  | { readonly on: 'sent'; readonly session: number; readonly sample: number }
  | { readonly on: 'final'; readonly session: number; readonly nth: number }
  | { readonly on: 'said'; readonly session: number; readonly what: 'flush' | 'end' };

/** How long after `fact` the moment is, or undefined when it has not come. */
export function delayOf(moment: Moment, fact: Fact): number | undefined {
  if (moment.session !== fact.session) return undefined;
  if (moment.on === 'sample') {
    if (fact.on !== 'sent') return undefined;
    // Between two messages: counted from the one before it.
    const aheadMs = ((moment.sample - fact.sample) * 1000) / SAMPLE_RATE;
    return aheadMs < CHUNK_MS ? Math.max(0, aheadMs) : undefined;
  }
  if (moment.on === 'final')
    return fact.on === 'final' && fact.nth === moment.nth ? moment.delayMs : undefined;
  return fact.on === 'said' && fact.what === moment.what ? moment.delayMs : undefined;
}
