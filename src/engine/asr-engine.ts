/**
 * The engine as the serving thread sees it: sessions spread over engine threads, events back.
 * It never runs a model on the calling thread. A thread that dies or hangs is a failure of the whole
 * engine (thread/watch.ts).
 */
import { Worker } from 'node:worker_threads';
import { GRID_SAMPLES } from '../audio/frame.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import { type MeasuredStep, sessionsWithin } from './batch/capacity.ts';
import type { Engine, EngineEvent, EngineModel, EngineSession, EngineSessionOptions } from './engine.ts';
import type { ModelRequest } from './models/load-recogniser.ts';
import type { Provider } from './onnx.ts';
import type { Control } from './session/tasks.ts';
import { HISTORY_SAMPLES } from './session/restart-points.ts';
import type { EventBatch, FromThread, ThreadOptions, ToThread } from './thread/messages.ts';
import { watchThread } from './thread/watch.ts';

export interface AsrEngineOptions {
  /** At least one; the first is measured for capacity. */
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  /** Threads of one inference. */
  readonly intraOpThreads: number;
  readonly clock: Clock;
}

export interface AsrEngine extends Engine {
  /** Sessions this engine can hold inside its latency promise, from its own measured steps. */
  readonly measuredCapacity: number;
  readonly measured: readonly MeasuredStep[];
}

/** Short-lived objects of an engine thread; tensors lie outside of the heap. */
const YOUNG_GENERATION_MB = 8;

/** A file of this package that runs as a thread; from sources, the built twin (threads load no TypeScript). */
function threadEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../dist/engine/thread/main.js' : './thread/main.js', import.meta.url);
}

/**
 * Starts the engine thread, loads and warms up the models.
 * @throws RtError model_invalid, config_invalid
 */
export async function startAsrEngine(options: AsrEngineOptions): Promise<AsrEngine> {
  const thread = new Worker(threadEntry(), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    workerData: {
      models: options.models,
      provider: options.provider,
      intraOpThreads: options.intraOpThreads,
    } satisfies ThreadOptions,
  });
  const ready = await waitUntilReady(thread);
  const chunkMs = ready.models[0]?.chunkMs ?? 0;
  const listeners = new Map<number, (event: EngineEvent) => void>();
  const watch = watchThread(thread, { clock: options.clock, onEvents: deliverTo(listeners) });
  let nextId = 1;
  const post = (message: ToThread, transfer: ArrayBuffer[] = []): void =>
    thread.postMessage(message, transfer);

  return {
    models: ready.models,
    provider: options.provider,
    historySamples: HISTORY_SAMPLES,
    measured: ready.measured,
    measuredCapacity: sessionsWithin(ready.measured, chunkMs),
    open(sessionOptions, onEvent) {
      checkStart(sessionOptions);
      const model = resolveModel(ready.models, sessionOptions);
      const session = nextId++;
      listeners.set(session, onEvent);
      post({ type: 'open', session, options: { ...sessionOptions, model: model.name } });
      return openSession(session, {
        post,
        onClose: () => listeners.delete(session),
      });
    },
    stats: () => ({ ...watch.stats(), sessions: listeners.size }),
    onFailure: (listener) => watch.onFailure(listener),
    close: () => watch.stop(),
  };
}

function waitUntilReady(thread: Worker): Promise<Extract<FromThread, { type: 'ready' }>> {
  return new Promise((resolve, reject) => {
    // This listener stays: removing the last one of a worker would unreference its port for good.
    thread.on('error', (error) => reject(new RtError('internal_error', messageOf(error), { cause: error })));
    thread.once('message', (message: FromThread) => {
      if (message.type === 'ready') return resolve(message);
      if (message.type !== 'failed')
        return reject(new RtError('internal_error', 'The engine thread spoke out of turn'));
      const hint = message.hint === undefined ? {} : { hint: message.hint };
      reject(new RtError(message.code, message.message, hint));
    });
  });
}

function deliverTo(listeners: Map<number, (event: EngineEvent) => void>) {
  return (batch: EventBatch): void => {
    for (const { session, events } of batch) {
      for (const event of events) {
        const listener = listeners.get(session);
        if (event.type === 'ended') listeners.delete(session);
        listener?.(event);
      }
    }
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
  link: { post(message: ToThread, transfer?: ArrayBuffer[]): void; onClose(): void },
): EngineSession {
  const control = (value: Control): void => link.post({ type: 'control', session, control: value });
  return {
    push: (pcm) => link.post({ type: 'audio', session, pcm }, [pcm.buffer as ArrayBuffer]),
    flush: () => control({ type: 'flush' }),
    clear: () => control({ type: 'clear' }),
    update: (change) => control({ type: 'update', change }),
    end: () => control({ type: 'end' }),
    close() {
      link.onClose();
      link.post({ type: 'close', session });
    },
  };
}
