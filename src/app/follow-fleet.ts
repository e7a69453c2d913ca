/**
 * What is said in a fleet, for monitors: everything from the live channels, one session from its journal.
 *
 * Always true: nothing is subscribed to or read before somebody follows, and everything is let go with the signal.
 * The journal misses nothing and needs no right to subscribe; channels carry what may still change and lose what
 * is said while Redis is away. Refuses, with `forbidden`, what the user of this Redis may not read.
 */
import { type Clock, systemClock } from '../base/clock.ts';
import { RtError, toRtError } from '../base/errors.ts';
import { isId, type SessionId } from '../base/ids.ts';
import { createBoundedQueue } from '../bus/bounded-queue.ts';
import { CHANNEL_BACKLOG, JOURNAL_KEPT } from '../bus/limits.ts';
import type { Bus, JournalEntry } from '../bus/ports.ts';
import type { HeardFinal, TranscriptEvent, TranscriptFeed } from '../client/transcript-feed.ts';
import { heardEvent } from './follow-fleet-events.ts';

export interface FollowFleetOptions {
  readonly bus: Bus;
  readonly channelPrefix: string;
  readonly clock?: Clock;
}

/** A lost Redis is asked again this often for the journal of a session. */
const RETRY_MS = 1000;

/** The feed of a fleet whose transcripts are published below `channelPrefix`. */
export function createTranscriptFeed(options: FollowFleetOptions): TranscriptFeed {
  const { journal } = options.bus;
  return {
    follow: (what, signal) =>
      what === 'all' ? followAll(options, signal) : followOne(options, { id: what, signal }),
    async finals(id) {
      const entries = await journal.read(id, 0);
      const finals = entries
        .flatMap(({ json }) => heardEvent(id, json) ?? [])
        .filter((event): event is HeardFinal => event.type === 'final');
      return { finals, isWhole: entries[0] === undefined || entries[0].seq === 1 };
    },
  };
}

async function* followAll(
  { bus, channelPrefix }: FollowFleetOptions,
  signal: AbortSignal,
): AsyncGenerator<TranscriptEvent> {
  for await (const { channel, message } of bus.channels.subscribe(`${literal(channelPrefix)}*`, signal)) {
    const id = channel.slice(channelPrefix.length);
    const event = isId(id) ? heardEvent(id, message) : undefined;
    if (event !== undefined) yield event;
  }
}

interface OneSession {
  readonly id: SessionId;
  readonly signal: AbortSignal;
}

/** Both sources at once; the first fault that no waiting cures ends it. */
async function* followOne(options: FollowFleetOptions, session: OneSession): AsyncGenerator<TranscriptEvent> {
  const over = new AbortController();
  const signal = AbortSignal.any([session.signal, over.signal]);
  const queue = createBoundedQueue<TranscriptEvent>(CHANNEL_BACKLOG + JOURNAL_KEPT, signal);
  const source = { id: session.id, signal };
  let fault: Error | undefined;
  const stopWith = (error: unknown): void => {
    fault ??= toRtError(error);
    over.abort();
  };
  const pumping = [
    pumpJournal(options, source, queue.push).catch(stopWith),
    pumpPartials(options, source, queue.push).catch(stopWith),
  ];
  try {
    yield* queue.items;
  } finally {
    over.abort();
    await Promise.all(pumping);
  }
  if (fault !== undefined) throw fault;
}

type Push = (event: TranscriptEvent) => void;

/** What stands in the journal at once, then what comes. */
async function pumpJournal(
  options: FollowFleetOptions,
  { id, signal }: OneSession,
  push: Push,
): Promise<void> {
  const tell = ({ json }: JournalEntry): void => {
    const event = heardEvent(id, json);
    if (event !== undefined) push(event);
  };
  const known = await readJournal(options, { id, signal });
  known.forEach(tell);
  const from = known.at(-1)?.seq ?? 0;
  for await (const entry of options.bus.journal.follow(id, from, signal)) tell(entry);
}

/** Asks until Redis answers. @throws RtError forbidden */
async function readJournal(
  { bus, clock = systemClock }: FollowFleetOptions,
  { id, signal }: OneSession,
): Promise<readonly JournalEntry[]> {
  while (!signal.aborted) {
    try {
      return await bus.journal.read(id, 0);
    } catch (error) {
      if (!(error instanceof RtError) || error.code !== 'registry_unavailable') throw error;
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }
  return [];
}

/** Whoever may not subscribe still reads what is final. */
async function pumpPartials(
  { bus, channelPrefix }: FollowFleetOptions,
  { id, signal }: OneSession,
  push: Push,
): Promise<void> {
  try {
    for await (const { message } of bus.channels.subscribe(literal(channelPrefix) + id, signal)) {
      const event = heardEvent(id, message);
      if (event?.type === 'partial') push(event);
    }
  } catch (error) {
    if (!(error instanceof RtError)) throw error;
    push({ type: 'limited', reason: error.message });
  }
}

/** `text` as a pattern that matches nothing else. */
function literal(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
