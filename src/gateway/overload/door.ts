/**
 * Who gets into a gateway and what happens to those for whom there is no slot (docs/sessions.md, OVL-n).
 *
 * Always true: a refusal carries `retry_after_ms`; nobody waits unless the policy is `queue`; a refusal for overload
 * asks nobody, so that it is quick also then.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import type { WireWarning } from '../../protocol/server-messages.ts';
import type { WorkerLink } from '../worker-link.ts';
import type { OverloadLevel } from './levels.ts';
import { createRetryAdvice } from './retry-advice.ts';
import { WaitingLine } from './waiting-line.ts';

export interface OverflowPolicy {
  readonly type: 'reject' | 'queue' | 'degrade';
  /** Longest wait in a queue. */
  readonly queueTimeoutMs: number;
  /** Most that wait at once. */
  readonly queueLength: number;
}

export interface Entry {
  readonly model: string;
  /** Looks for a worker once. */
  readonly open: (model: string) => Promise<WorkerLink>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Admitted {
  readonly link: WorkerLink;
  /** The one it was opened with. */
  readonly model: string;
  /** To be told in `session.begin`. */
  readonly warnings: readonly WireWarning[];
}

export interface Door {
  readonly level: OverloadLevel;
  readonly waiting: number;
  /** @throws RtError no_capacity when the gateway is too busy for such a session */
  check(kind: 'new' | 'resumed'): void;
  /** @throws RtError as `openWorkerLink`; shutting_down when the gateway drains meanwhile */
  admit(entry: Entry): Promise<Admitted>;
  /** Somewhere a slot may be free. */
  slotFreed(): void;
  /** Nobody waits any longer. */
  close(): void;
}

export interface DoorParts {
  readonly overload: { readonly level: OverloadLevel };
  readonly policy: OverflowPolicy;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/** What stands in for a model without a slot. */
const SMALLER: ReadonlyMap<string, string> = new Map([['accurate', 'fast']]);

export function createDoor({ overload, policy, clock, random = Math.random }: DoorParts): Door {
  const advice = createRetryAdvice({ clock, random });
  const retryAfterMs = (): number => advice.next(overload.level);
  const queue = createQueue({ policy, clock, retryAfterMs });
  const open = async ({ model, open: openWith }: Entry): Promise<Admitted> => ({
    link: await openWith(model).catch((error: unknown) => {
      const fault = toRtError(error);
      if (fault.code !== 'no_capacity') throw fault;
      // A worker that was full advises each client the same; together they would come back as one.
      throw new RtError(fault.code, fault.message, { hint: fault.hint, retryAfterMs: retryAfterMs() });
    }),
    model,
    warnings: [],
  });
  return {
    get level() {
      return overload.level;
    },
    get waiting() {
      return queue.length;
    },
    check(kind) {
      if (overload.level < (kind === 'new' ? 2 : 3)) return;
      throw new RtError('no_capacity', 'This gateway is overloaded and takes no more sessions', {
        retryAfterMs: retryAfterMs(),
      });
    },
    async admit(entry) {
      if (policy.type === 'queue') return queue.admit(entry, () => open(entry));
      return policy.type === 'degrade' ? openSmaller(entry, open) : open(entry);
    },
    slotFreed: () => queue.slotFreed(),
    close: () => queue.close(),
  };
}

/** The model asked for, or the smaller one while the former has no slot. */
async function openSmaller(entry: Entry, open: (entry: Entry) => Promise<Admitted>): Promise<Admitted> {
  const smaller = SMALLER.get(entry.model);
  try {
    return await open(entry);
  } catch (error) {
    const fault = toRtError(error);
    if (fault.code !== 'no_capacity' || smaller === undefined) throw fault;
    const admitted = await open({ ...entry, model: smaller }).catch((why: unknown) => {
      throw toRtError(why).code === 'no_capacity' ? fault : why;
    });
    const message = `No worker has a free slot for "${entry.model}"; "${smaller}" is used instead`;
    return { ...admitted, warnings: [{ code: 'degraded', message, from: entry.model, to: smaller }] };
  }
}

interface Queue {
  readonly length: number;
  admit(entry: Entry, open: () => Promise<Admitted>): Promise<Admitted>;
  slotFreed(): void;
  close(): void;
}

/** One line for each model: who waits for one stands in nobody's way who wants another. */
function createQueue(parts: {
  readonly policy: OverflowPolicy;
  readonly clock: Clock;
  readonly retryAfterMs: () => number;
}): Queue {
  const { policy, clock, retryAfterMs } = parts;
  const lines = new Map<string, WaitingLine<Admitted>>();
  const count = (): number => [...lines.values()].reduce((sum, { length }) => sum + length, 0);
  const refuse = (message: string): RtError =>
    new RtError('no_capacity', message, { retryAfterMs: retryAfterMs() });
  const refuseIfFull = (others: number): RtError | undefined =>
    others < policy.queueLength ? undefined : refuse(`No worker has a free slot and ${others} wait for one`);

  const lineOf = (model: string): WaitingLine<Admitted> => {
    const line = lines.get(model) ?? new WaitingLine<Admitted>({ clock, deadlineMs: policy.queueTimeoutMs });
    lines.set(model, line);
    return line;
  };
  return {
    get length() {
      return count();
    },
    async admit({ model, signal }, open) {
      const line = lineOf(model);
      // Nobody passes those who wait already; so whoever would be one too many is refused without asking.
      const refusal = line.length > 0 ? refuseIfFull(count()) : undefined;
      if (refusal) throw refusal;
      try {
        return await line.wait({
          attempt: open,
          signal,
          mayWait: () => refuseIfFull(count()),
          late: ({ place, length }) =>
            refuse(
              `No worker had a free slot for model "${model}" within ${policy.queueTimeoutMs / 1000} s; ` +
                `this client was ${place} of ${length} waiting`,
            ),
        });
      } finally {
        if (line.isDeserted && lines.get(model) === line) lines.delete(model);
      }
    },
    slotFreed() {
      for (const line of lines.values()) line.freed();
    },
    close() {
      const error = new RtError('shutting_down', 'This gateway takes no new sessions');
      for (const line of lines.values()) line.close(error);
    },
  };
}
