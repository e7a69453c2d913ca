/**
 * The faults a proxy can inject, in toxiproxy's words where it has them. A toxic is written the same
 * on the command line, over HTTP and in code, hence the names with underscores.
 */

/** `up`: from the client to the upstream; `down`: back. */
export type Way = 'up' | 'down';

export type Direction = Way | 'both';

interface Scope {
  readonly direction: Direction;
  /** Share of connections it takes hold of, above 0, at most 1. */
  readonly toxicity: number;
}

/** What is done to the bytes; docs/chaos.md says what each promises. */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitter_ms: number }
  | { readonly kind: 'down' }
  | { readonly kind: 'bandwidth'; readonly kb_s: number }
  | { readonly kind: 'slow_close'; readonly ms: number }
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'reset_peer'; readonly ms: number }
  | { readonly kind: 'slicer'; readonly bytes: number; readonly jitter: number; readonly delay_us: number }
  | { readonly kind: 'limit_data'; readonly bytes: number }
  | { readonly kind: 'drop_pong' }
  | { readonly kind: 'duplicate'; readonly probability: number }
  | { readonly kind: 'reorder'; readonly probability: number; readonly hold_ms: number }
  | { readonly kind: 'partition' };

export type ToxicKind = Fault['kind'];

export type Toxic = Fault & Scope;

type Asked<F> = F extends Fault ? Pick<F, 'kind'> & Partial<F & Scope> : never;

/** A toxic as it is asked for: what has a default may be left out. */
export type ToxicSpec = Asked<Fault>;

/** A toxic in place, as routes list it. */
export type NamedToxic = Toxic & { readonly name: string };

/** A toxic with the time from which it counts. */
export interface PlacedToxic {
  readonly toxic: NamedToxic;
  readonly addedMs: number;
}

/** A toxic as one connection feels it. */
export interface ActiveToxic {
  readonly name: string;
  readonly toxic: Toxic;
  /** When it took hold of this connection: its opening, or the adding of the toxic if that was later. */
  readonly sinceMs: number;
}

/** How a connection is ended: closed after what was written, or with a TCP reset; both sides in either case. */
export type Ending = 'cut' | 'reset';
