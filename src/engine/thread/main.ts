/**
 * Entry of an engine thread: loads the models, measures them when told to, then runs sessions until
 * told to stop. Everything that blocks on inference happens here and nowhere else.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import { bestBatch, type MeasuredModel } from '../batch/capacity.ts';
import { createStepTimes } from '../batch/step-times.ts';
import type { BatchLimits } from '../batch/task-queue.ts';
import { SILERO_VAD_PATH } from '../models/bundled.ts';
import { type LoadedModel, loadModel } from '../models/load-model.ts';
import { verifyModelFile } from '../models/model-files.ts';
import { loadGraph, type Provider } from '../onnx.ts';
import { watchForLoss } from '../provider/lost-device.ts';
import { withSteadyBatches } from '../provider/steady-batch.ts';
import { RESET_INTERVAL_WINDOWS } from '../session/restart-points.ts';
import { createSileroVad, type SpeechModel } from '../vad/silero.ts';
import { computeSilentStates, type SilentStates } from '../vad/silent-states.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import { rehearse } from './rehearsal.ts';
import { createSessionTable } from './session-table.ts';
import { warmUp } from './warm-up.ts';

interface Loaded {
  readonly speechModel: SpeechModel;
  readonly silentStates: SilentStates;
  readonly models: readonly LoadedModel[];
  readonly provider: Provider;
  release(): Promise<void>;
}

async function load(options: ThreadOptions): Promise<Loaded> {
  const { provider, intraOpThreads } = options;
  const watch = provider === 'cpu' ? {} : { watch: watchForLoss(endThread) };
  const graphOptions = { provider, intraOpThreads, ...watch };
  await verifyModelFile(SILERO_VAD_PATH);
  // The detector is too small for a second thread or an accelerator.
  const vad = await loadGraph(SILERO_VAD_PATH, { provider: 'cpu', intraOpThreads: 1 });
  const models: LoadedModel[] = [];
  for (const request of options.models) {
    models.push(suitedTo(provider, await loadModel(request, graphOptions)));
  }
  const speechModel = createSileroVad(vad);
  return {
    speechModel,
    silentStates: await computeSilentStates(speechModel, RESET_INTERVAL_WINDOWS),
    models,
    provider,
    async release() {
      await vad.release();
      for (const each of models) await each.release();
    },
  };
}

/** Uncaught in a turn of its own: whoever holds the thread learns of its death and the reason. */
function endThread(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

function suitedTo(provider: Provider, loaded: LoadedModel): LoadedModel {
  const { recognition } = loaded;
  if (provider !== 'cuda' || recognition.kind !== 'streaming') return loaded;
  return {
    ...loaded,
    recognition: { ...recognition, recogniser: withSteadyBatches(recognition.recogniser) },
  };
}

async function measure({ models, speechModel, provider }: Loaded): Promise<readonly MeasuredModel[]> {
  const measured: MeasuredModel[] = [];
  for (const each of models) {
    measured.push(await warmUp(each, { speechModel, clock: systemClock, provider }));
    await rehearse(each.recognition, speechModel);
  }
  return measured;
}

/** Sessions in one detector call: it gains little beyond, and steps wait behind it. */
const MOST_SCORES = 32;

/** Batch sizes as they were measured; halved when memory does not suffice for one. */
function createLimits(
  models: readonly LoadedModel[],
  measured: readonly MeasuredModel[],
): BatchLimits & { lowerBelow(batch: number): void } {
  const best = new Map<object, number>();
  for (const [index, { recognition }] of models.entries()) {
    const figures = measured[index];
    best.set(recognition.recogniser, figures ? bestBatch(figures) : 1);
  }
  return {
    scores: MOST_SCORES,
    steps: (recogniser) => best.get(recogniser) ?? 1,
    lowerBelow(batch) {
      for (const [recogniser, limit] of best) {
        if (limit >= batch) best.set(recogniser, Math.max(1, Math.floor(batch / 2)));
      }
    },
  };
}

interface Serving {
  handle(message: Extract<ToThread, { type: 'sessions' | 'ping' }>): void;
  stop(): Promise<void>;
}

function serve(
  loaded: Loaded,
  measured: readonly MeasuredModel[],
  post: (message: FromThread) => void,
): Serving {
  const stepTimes = createStepTimes();
  const limits = createLimits(loaded.models, measured);
  const sessions = createSessionTable({
    ...loaded,
    ...{ stepTimes, limits, clock: systemClock, post },
    onExhausted(batch) {
      limits.lowerBelow(batch);
      post({ type: 'exhausted', batch });
    },
  });
  return {
    handle(message) {
      if (message.type === 'ping') post({ type: 'pong', stats: stepTimes.read() });
      else sessions.handle(message.messages);
    },
    stop: () => sessions.stop(),
  };
}

function run(port: MessagePort, loaded: Loaded): void {
  const post = (message: FromThread): void => port.postMessage(message);
  let serving: Serving | undefined;
  const answer = async (message: ToThread): Promise<void> => {
    if (message.type === 'measure') {
      // Measured again before it serves anybody: the limits are those of the last measurement.
      await serving?.stop();
      const measured = await measure(loaded);
      serving = serve(loaded, measured, post);
      post({ type: 'ready', measured });
    } else if (message.type === 'stop') {
      await serving?.stop();
      await loaded.release();
      post({ type: 'stopped' });
      port.close();
    } else {
      serving?.handle(message);
    }
  };
  port.on('message', (message: ToThread) => {
    answer(message).catch((error: unknown) => {
      post(failure(error));
      port.close();
    });
  });
  post({ type: 'loaded', models: loaded.models.map(({ model }) => model) });
}

function failure(error: unknown): FromThread {
  const { code, message, hint } = toRtError(error, 'model_invalid');
  return { type: 'failed', code, message, hint };
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new RtError('internal_error', 'The engine thread was started as a program');
  try {
    run(port, await load(workerData as ThreadOptions));
  } catch (error) {
    port.postMessage(failure(error));
    port.close();
  }
}

await main();
