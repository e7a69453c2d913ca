/**
 * The store in this process's memory: for tests and for `rt up` where no Redis is to be had. Same
 * contract as the Redis one; time comes from the injected clock.
 */
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import { SNAPSHOT_LEASE_MS } from './leases.ts';
import { createMemoryControl } from './memory-control.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { createMemoryRegistration } from './memory-registration.ts';
import { createMemoryStore, findSession, findWorker, type MemoryStore, viewWorker } from './memory-store.ts';
import type { FleetEvent, FleetView, Registry } from './ports.ts';

/** An empty registry that lives as long as this process. */
export function createMemoryRegistry({ clock }: { readonly clock: Clock }): Registry {
  const store = createMemoryStore(clock);
  return {
    registration: createMemoryRegistration(store),
    ledger: createMemoryLedger(store),
    fleet: createMemoryFleet(store),
    control: createMemoryControl(store),
    snapshots: {
      publish(field, json) {
        store.snapshot.set(field, json);
        store.snapshotLeases.set(field, clock.nowMs() + SNAPSHOT_LEASE_MS);
        return Promise.resolve();
      },
      remove(field) {
        store.snapshot.delete(field);
        store.snapshotLeases.delete(field);
        return Promise.resolve();
      },
    },
    connect: () => Promise.resolve(),
    silentForMs: () => 0,
    unwrittenForMs: () => 0,
    stop: () => Promise.resolve(),
  };
}

function createMemoryFleet(store: MemoryStore): FleetView {
  return {
    workers() {
      const workers = [...store.members].flatMap((id) => findWorker(store, id) ?? []);
      return Promise.resolve(workers.map((worker) => viewWorker(store, worker)));
    },
    sessions() {
      const views = [...store.sessions.values()].map(({ view }) => view);
      return Promise.resolve(views.filter(({ status }) => status === 'active'));
    },
    session: (id: SessionId) => Promise.resolve(findSession(store, id)?.view),
    snapshot: () => Promise.resolve(new Map(store.snapshot)),
    events: (count) => Promise.resolve(count > 0 ? store.events.slice(-count) : []),
    watch: (signal, backlog = 0) => watch(store, signal, backlog),
  };
}

/** Counts events from the beginning of the store, so that dropping old ones does not shift a reader. */
async function* watch(store: MemoryStore, signal: AbortSignal, backlog: number): AsyncGenerator<FleetEvent> {
  let next = Math.max(store.eventsDropped, store.eventsDropped + store.events.length - backlog);
  while (!signal.aborted) {
    next = Math.max(next, store.eventsDropped);
    const event = store.events[next - store.eventsDropped];
    if (event) {
      next += 1;
      yield event;
    } else {
      await nextEvent(store, signal);
    }
  }
}

function nextEvent(store: MemoryStore, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      store.listeners.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    store.listeners.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}
