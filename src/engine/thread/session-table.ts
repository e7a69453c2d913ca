/** The sessions of one engine thread and the events they wait to deliver. */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { type Arrivals, createArrivals } from '../batch/arrivals.ts';
import { type Scheduler, startScheduler } from '../batch/scheduler.ts';
import type { StepTimes } from '../batch/step-times.ts';
import type { BatchLimits } from '../batch/task-queue.ts';
import type { EngineEvent } from '../engine.ts';
import type { LoadedModel } from '../models/load-model.ts';
import { SessionCore } from '../session/session-core.ts';
import type { SpeechModel } from '../vad/silero.ts';
import type { SilentStates } from '../vad/silent-states.ts';
import type { FromThread, SessionMessage } from './messages.ts';

export interface SessionTable {
  readonly size: number;
  /** Applies messages about sessions, in order. */
  handle(messages: readonly SessionMessage[]): void;
  stop(): Promise<void>;
}

export interface SessionTableParts {
  readonly speechModel: SpeechModel;
  readonly silentStates: SilentStates;
  readonly models: readonly LoadedModel[];
  readonly stepTimes: StepTimes;
  readonly limits: BatchLimits;
  readonly clock: Clock;
  readonly post: (message: FromThread) => void;
  readonly onExhausted: (batch: number) => void;
}

/** Audio judged since the last progress that is worth a message by itself. */
const PROGRESS_SAMPLES = 2560;

interface Entry {
  readonly session: number;
  readonly core: SessionCore;
  readonly arrivals: Arrivals;
  outbox: EngineEvent[];
  /** The furthest the session has come: after a final it hears the silence before it once more. */
  decodedSample: number;
  /** What was told last. */
  told: { decodedSample: number; commitSample: number };
}

export function createSessionTable(parts: SessionTableParts): SessionTable {
  const entries = new Map<number, Entry>();
  const entryOf = new Map<SessionCore, Entry>();
  const { clock, stepTimes } = parts;

  const deliver = (advanced: ReadonlySet<SessionCore>): void => {
    const batch: { session: number; events: readonly EngineEvent[] }[] = [];
    for (const core of advanced) {
      const entry = entryOf.get(core);
      if (!entry) continue;
      noteLag(entry);
      const events = takeEvents(entry);
      if (events.length > 0) batch.push({ session: entry.session, events });
      if (core.hasEnded) forget(entry.session);
    }
    if (batch.length > 0) parts.post({ type: 'events', batch });
  };
  const noteLag = (entry: Entry): void => {
    const { decodedSample } = entry.core;
    if (decodedSample <= entry.decodedSample) return;
    entry.decodedSample = decodedSample;
    const arrivedMs = entry.arrivals.of(decodedSample);
    if (arrivedMs !== undefined) stepTimes.recordLag(clock.nowMs() - arrivedMs);
  };
  const scheduler: Scheduler = startScheduler({ ...parts, onAdvance: deliver });

  const forget = (session: number): void => {
    const entry = entries.get(session);
    if (!entry) return;
    scheduler.remove(entry.core);
    entryOf.delete(entry.core);
    entries.delete(session);
  };

  const apply = (message: SessionMessage): void => {
    if (message.type === 'open') {
      const entry = createEntry(message, parts);
      entries.set(message.session, entry);
      entryOf.set(entry.core, entry);
    }
    const entry = entries.get(message.session);
    if (!entry) return;
    if (message.type === 'close') return forget(message.session);
    if (message.type === 'audio') {
      entry.core.push(message.pcm);
      entry.arrivals.note(entry.core.receivedSample, message.atMs);
    }
    if (message.type === 'control') entry.core.control(message.control);
    scheduler.touch(entry.core);
  };

  return {
    get size() {
      return entries.size;
    },
    handle(messages) {
      for (const message of messages) apply(message);
    },
    stop: () => scheduler.stop(),
  };
}

function createEntry(
  message: Extract<SessionMessage, { type: 'open' }>,
  { models, silentStates }: SessionTableParts,
): Entry {
  const { fromSample, model } = message.options;
  const { recognition } = findModel(models, model);
  const entry: Entry = {
    session: message.session,
    outbox: [],
    arrivals: createArrivals(),
    decodedSample: fromSample,
    told: { decodedSample: fromSample, commitSample: fromSample },
    core: new SessionCore(
      { recognition, silentStates, emit: (event) => entry.outbox.push(event) },
      message.options,
    ),
  };
  return entry;
}

/** What a session has to say since last time; nothing follows `ended`. */
function takeEvents(entry: Entry): readonly EngineEvent[] {
  const { core, told, decodedSample } = entry;
  const { commitSample } = core;
  const events = entry.outbox;
  const hasNews =
    events.length > 0 ||
    commitSample !== told.commitSample ||
    decodedSample - told.decodedSample >= PROGRESS_SAMPLES;
  if (!hasNews) return [];
  entry.outbox = [];
  if (!core.hasEnded) {
    events.push({ type: 'progress', decodedSample, commitSample });
    entry.told = { decodedSample, commitSample };
  }
  return events;
}

function findModel(models: readonly LoadedModel[], name: string): LoadedModel {
  const found = models.find(({ model }) => model.name === name);
  if (!found) throw new RtError('internal_error', `The engine thread has no model ${name}`);
  return found;
}
