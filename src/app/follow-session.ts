/**
 * A session's events as its journal has them, from the first on, and its partials as they are published.
 *
 * Always true: each durable event comes once and in order; it ends with the session, also when the session's owner
 * is gone and will never write the end.
 */
import { RtError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { Bus } from '../bus/ports.ts';
import { parseServerMessage } from '../protocol/codec.ts';
import type { ServerMessage } from '../protocol/server-messages.ts';
import type { FleetView, SessionView } from '../registry/ports.ts';
import { type Clock, systemClock } from '../base/clock.ts';

/** How often the record is asked whether the session still runs. */
const CHECK_MS = 2_000;

export interface FollowedEvent {
  readonly message: ServerMessage;
  /** As it stands in the journal or came from the channel. */
  readonly json: string;
}

export interface FollowOptions {
  readonly fleet: FleetView;
  readonly bus: Bus;
  readonly session: SessionView;
  readonly channelPrefix: string;
  /** Whether partials are wanted too. */
  readonly partials: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: FollowedEvent) => void;
  readonly clock?: Clock;
}

/** Resolves when the session has ended. @throws RtError registry_unavailable, or the signal's reason */
export async function followSession(options: FollowOptions): Promise<void> {
  const { bus, session, signal } = options;
  let lastSeq = 0;
  const deliver = (entry: { readonly seq: number; readonly json: string }): boolean => {
    lastSeq = entry.seq;
    const message = parseServerMessage(entry.json);
    if (message.type === 'unknown' || message.type === 'invalid') return false;
    options.onEvent({ message, json: entry.json });
    return message.type === 'session.end' || (message.type === 'error' && !message.recoverable);
  };

  if (session.status === 'active' && !(await followLive(options, deliver))) signal.throwIfAborted();
  // What was written between the last look and the end, or everything of a session that had ended already.
  for (const entry of await bus.journal.read(session.id, lastSeq)) deliver(entry);
}

/** True when the end was seen in the journal; false when the record says the session is over. */
async function followLive(
  options: FollowOptions,
  deliver: (entry: { readonly seq: number; readonly json: string }) => boolean,
): Promise<boolean> {
  const { bus, session } = options;
  const over = new AbortController();
  const until = AbortSignal.any([options.signal, over.signal]);
  const watching = watchRecord(options, until).then(() => over.abort());
  const reading = options.partials ? readPartials(options, until) : Promise.resolve();
  try {
    for await (const entry of bus.journal.follow(session.id, 0, until)) {
      if (deliver(entry)) return true;
    }
    return false;
  } finally {
    over.abort();
    await Promise.allSettled([watching, reading]);
  }
}

/** Resolves when the session's record says that it is over, or has gone. */
async function watchRecord(options: FollowOptions, until: AbortSignal): Promise<void> {
  const { fleet, session, clock = systemClock } = options;
  const isRunning = async (id: SessionId): Promise<boolean> => {
    const view = await fleet.session(id).catch(() => session);
    return view?.status === 'active';
  };
  while (!until.aborted && (await isRunning(session.id))) {
    await clock.sleep(CHECK_MS, until).catch(() => undefined);
  }
}

/** Whoever may not subscribe still follows what is final. */
async function readPartials(options: FollowOptions, until: AbortSignal): Promise<void> {
  const channel = options.channelPrefix + options.session.id;
  try {
    for await (const { message: json } of options.bus.channels.subscribe(channel, until)) {
      const message = parseServerMessage(json);
      if (message.type === 'transcript.partial') options.onEvent({ message, json });
    }
  } catch (error) {
    if (!(error instanceof RtError) || error.code !== 'forbidden') throw error;
  }
}
