/** The sessions of one engine thread and the events they wait to deliver. */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { createNemoMel, type NemoMel } from '../asr/mel/nemo-mel.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import { type Scheduler, startScheduler } from '../batch/scheduler.ts';
import type { StepTimes } from '../batch/step-times.ts';
import type { EngineEvent } from '../engine.ts';
import type { LoadedRecogniser } from '../models/load-recogniser.ts';
import { SessionCore } from '../session/session-core.ts';
import type { SpeechModel } from '../vad/silero.ts';
import type { FromThread, ToThread } from './messages.ts';

export interface SessionTable {
  readonly size: number;
  /** Applies a message about one session. */
  handle(message: Extract<ToThread, { session: number }>): void;
  stop(): Promise<void>;
}

export interface SessionTableParts {
  readonly speechModel: SpeechModel;
  readonly recognisers: readonly LoadedRecogniser[];
  readonly stepTimes: StepTimes;
  readonly clock: Clock;
  readonly post: (message: FromThread) => void;
}

interface Entry {
  readonly core: SessionCore;
  outbox: EngineEvent[];
  /** The furthest the session has come: after a final it hears the silence before it once more. */
  decodedSample: number;
}

export function createSessionTable(parts: SessionTableParts): SessionTable {
  const entries = new Map<number, Entry>();
  const melFor = createMelCache();
  const scheduler: Scheduler = startScheduler({
    speechModel: parts.speechModel,
    clock: parts.clock,
    stepTimes: parts.stepTimes,
    onRound: (advanced) => deliver(advanced),
  });

  const deliver = (advanced: ReadonlySet<SessionCore>): void => {
    const batch: { session: number; events: readonly EngineEvent[] }[] = [];
    for (const [session, entry] of entries) {
      if (!advanced.has(entry.core) && entry.outbox.length === 0) continue;
      batch.push({ session, events: takeEvents(entry) });
      if (entry.core.hasEnded) forget(session);
    }
    if (batch.length > 0) parts.post({ type: 'events', batch });
  };

  const forget = (session: number): void => {
    const entry = entries.get(session);
    if (entry) scheduler.remove(entry.core);
    entries.delete(session);
  };

  const open = (message: Extract<ToThread, { type: 'open' }>): void => {
    const { recogniser } = findModel(parts.recognisers, message.options.model);
    const entry: Entry = {
      outbox: [],
      decodedSample: message.options.fromSample,
      core: new SessionCore(
        { recogniser, mel: melFor(recogniser), emit: (event) => entry.outbox.push(event) },
        message.options,
      ),
    };
    entries.set(message.session, entry);
    scheduler.add(entry.core);
  };

  return {
    get size() {
      return entries.size;
    },
    handle(message) {
      if (message.type === 'open') open(message);
      else if (message.type === 'close') forget(message.session);
      else if (message.type === 'audio') entries.get(message.session)?.core.push(message.pcm);
      else entries.get(message.session)?.core.control(message.control);
      scheduler.wake();
    },
    stop: () => scheduler.stop(),
  };
}

/** What a session has to say since last time; nothing follows `ended`. */
function takeEvents(entry: Entry): readonly EngineEvent[] {
  const events = entry.outbox;
  entry.outbox = [];
  const { core } = entry;
  if (!core.hasEnded) {
    entry.decodedSample = Math.max(entry.decodedSample, core.decodedSample);
    events.push({ type: 'progress', decodedSample: entry.decodedSample, commitSample: core.commitSample });
  }
  return events;
}

function findModel(recognisers: readonly LoadedRecogniser[], name: string): LoadedRecogniser {
  const found = recognisers.find(({ model }) => model.name === name);
  if (!found) throw new RtError('internal_error', `The engine thread has no model ${name}`);
  return found;
}

function createMelCache(): (recogniser: Recogniser) => NemoMel {
  const mels = new Map<number, NemoMel>();
  return ({ shape }) => {
    const mel = mels.get(shape.bands) ?? createNemoMel(shape.bands);
    mels.set(shape.bands, mel);
    return mel;
  };
}
