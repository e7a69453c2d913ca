/**
 * Workers a session does not ask again for a while. One that closed its connection may be back at once under the
 * same name; one that is silent still looks alive to the registry until its lease ends. Pure but for its memory.
 */
const SHORT_MS = 1000;
const LONG_MS = 10_000;
const LONG: ReadonlySet<string> = new Set(['silent', 'standstill', 'draining', 'resource_exhausted']);

export interface Exclusion {
  add(workerId: string, loss: { readonly nowMs: number; readonly why: string }): void;
  at(nowMs: number): ReadonlySet<string>;
}

export function createExclusion(): Exclusion {
  const untilMs = new Map<string, number>();
  return {
    add(workerId, { nowMs, why }) {
      untilMs.set(workerId, nowMs + (LONG.has(why) ? LONG_MS : SHORT_MS));
    },
    at: (nowMs) => new Set([...untilMs].filter(([, until]) => until > nowMs).map(([id]) => id)),
  };
}
