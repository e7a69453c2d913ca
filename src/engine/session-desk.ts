/**
 * Where sessions of an engine are opened, whatever runs them: requests are checked, sessions numbered, and what an
 * engine's messages say of a session reaches the listener of that session and nobody once it is closed or has ended.
 */
import { GRID_SAMPLES } from '../audio/frame.ts';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { EngineEvent, EngineModel, EngineSession, EngineSessionOptions } from './engine.ts';
import type { Control } from './session/tasks.ts';
import type { EventBatch, SessionMessage } from './thread/messages.ts';

/** Who runs a session. */
export interface Place {
  say(message: SessionMessage): void;
  /** The session has ended or is closed; may be called twice. */
  leave(): void;
}

export interface SessionRequest {
  readonly options: EngineSessionOptions;
  readonly onEvent: (event: EngineEvent) => void;
  /** Called once the request is found to be in order. */
  readonly takePlace: () => Place;
}

export interface SessionDesk {
  /** Sessions that are open. */
  readonly size: number;
  /** @throws RtError invalid_parameters (unknown model, start off the grid), language_unsupported */
  open(request: SessionRequest): EngineSession;
  /** Hands events to those who listen. */
  deliver(batch: EventBatch): void;
}

export function createSessionDesk(parts: {
  readonly models: readonly EngineModel[];
  readonly clock: Clock;
}): SessionDesk {
  const { models, clock } = parts;
  const listeners = new Map<number, (event: EngineEvent) => void>();
  let nextId = 1;
  return {
    get size() {
      return listeners.size;
    },
    open({ options, onEvent, takePlace }) {
      checkStart(options);
      const model = resolveModel(models, options);
      const session = nextId++;
      const place = takePlace();
      listeners.set(session, (event) => {
        if (event.type === 'ended') place.leave();
        onEvent(event);
      });
      place.say({ type: 'open', session, options: { ...options, model: model.name } });
      return openSession(session, {
        clock,
        say: (message) => place.say(message),
        onClose() {
          place.leave();
          listeners.delete(session);
        },
      });
    },
    deliver(batch) {
      for (const { session, events } of batch) {
        for (const event of events) {
          const listener = listeners.get(session);
          if (event.type === 'ended') listeners.delete(session);
          listener?.(event);
        }
      }
    },
  };
}

/** @throws RtError invalid_parameters */
function checkStart({ fromSample, historySamples }: EngineSessionOptions): void {
  if (fromSample % GRID_SAMPLES !== 0) {
    throw new RtError(
      'invalid_parameters',
      `from_sample ${fromSample} is not a restart point: a multiple of ${GRID_SAMPLES} is due`,
    );
  }
  if (historySamples < 0 || historySamples > fromSample) {
    throw new RtError(
      'invalid_parameters',
      `history_samples ${historySamples} is not within 0 to from_sample`,
    );
  }
}

/**
 * The model for a session, by resolved name first and by alias second.
 * @throws RtError invalid_parameters, language_unsupported
 */
function resolveModel(models: readonly EngineModel[], options: EngineSessionOptions): EngineModel {
  const model =
    models.find(({ name }) => name === options.model) ??
    models.find(({ aliases }) => aliases.includes(options.model));
  if (!model) {
    const known = models.flatMap(({ name, aliases }) => [name, ...aliases]).join(', ');
    throw new RtError('invalid_parameters', `model "${options.model}" is not loaded here (loaded: ${known})`);
  }
  const language = options.language.toLowerCase().split('-')[0] ?? '';
  const speaks = language === 'auto' || model.languages.length === 0 || model.languages.includes(language);
  if (!speaks) {
    throw new RtError(
      'language_unsupported',
      `model ${model.name} speaks ${model.languages.join(', ')}, not ${language}`,
    );
  }
  return model;
}

function openSession(
  session: number,
  link: { readonly clock: Clock; say(message: SessionMessage): void; onClose(): void },
): EngineSession {
  const control = (value: Control): void => link.say({ type: 'control', session, control: value });
  return {
    push: (pcm) => link.say({ type: 'audio', session, pcm, atMs: link.clock.nowMs() }),
    flush: () => control({ type: 'flush' }),
    clear: () => control({ type: 'clear' }),
    update: (change) => control({ type: 'update', change }),
    end: () => control({ type: 'end' }),
    close() {
      link.onClose();
      link.say({ type: 'close', session });
    },
  };
}
