import type { State } from './store.ts';

/** The state at one moment: what one picture shows. */
export interface Frame {
  readonly state: State;
  readonly nowMs: number;
  readonly date: Date;
}
