/**
 * Entry of an engine thread: loads the models, warms them up, then runs sessions until told to stop.
 * Everything that blocks on inference happens here and nowhere else.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';
import type { MeasuredStep } from '../batch/capacity.ts';
import { createNemoMel } from '../asr/mel/nemo-mel.ts';
import { createStepTimes, type StepTimes } from '../batch/step-times.ts';
import type { EngineStats } from '../engine.ts';
import { SILERO_VAD_PATH } from '../models/bundled.ts';
import { verifyModelFile } from '../models/model-files.ts';
import { type LoadedRecogniser, loadRecogniser } from '../models/load-recogniser.ts';
import { loadGraph } from '../onnx.ts';
import { createSileroVad, type SpeechModel } from '../vad/silero.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import { rehearse } from './rehearsal.ts';
import { createSessionTable } from './session-table.ts';
import { warmUp } from './warm-up.ts';

interface Loaded {
  readonly speechModel: SpeechModel;
  readonly recognisers: readonly LoadedRecogniser[];
  readonly measured: readonly MeasuredStep[];
  release(): Promise<void>;
}

async function load(options: ThreadOptions): Promise<Loaded> {
  const graphOptions = { provider: options.provider, intraOpThreads: options.intraOpThreads };
  await verifyModelFile(SILERO_VAD_PATH);
  const vad = await loadGraph(SILERO_VAD_PATH, { ...graphOptions, intraOpThreads: 1 });
  const speechModel = createSileroVad(vad);
  const recognisers: LoadedRecogniser[] = [];
  for (const request of options.models) recognisers.push(await loadRecogniser(request, graphOptions));
  const first = recognisers[0];
  if (!first) throw new RtError('config_invalid', 'An engine needs at least one model');
  let measured: readonly MeasuredStep[] = [];
  // The first model decides the capacity; the others are warmed up all the same.
  for (const { recogniser } of [...recognisers].reverse()) {
    measured = await warmUp({ speechModel, recogniser }, systemClock);
    await rehearse({ speechModel, recogniser, mel: createNemoMel(recogniser.shape.bands) });
  }
  return {
    speechModel,
    recognisers,
    measured,
    async release() {
      await vad.release();
      for (const each of recognisers) await each.release();
    },
  };
}

function serve(port: MessagePort, loaded: Loaded): void {
  const post = (message: FromThread): void => port.postMessage(message);
  const stepTimes = createStepTimes();
  const sessions = createSessionTable({
    speechModel: loaded.speechModel,
    recognisers: loaded.recognisers,
    stepTimes,
    clock: systemClock,
    post,
  });
  const shutDown = async (): Promise<void> => {
    await sessions.stop();
    await loaded.release();
    post({ type: 'stopped' });
    port.close();
  };
  port.on('message', (message: ToThread) => {
    if (message.type === 'ping') post({ type: 'pong', stats: statsOf(sessions.size, stepTimes) });
    else if (message.type === 'stop') void shutDown();
    else sessions.handle(message);
  });
}

function statsOf(sessions: number, times: StepTimes): EngineStats {
  return {
    sessions,
    steps: times.steps,
    stepP50Ms: times.quantileMs(0.5),
    stepP95Ms: times.quantileMs(0.95),
    stepP99Ms: times.quantileMs(0.99),
    batchFill: times.batchFill,
  };
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new RtError('internal_error', 'The engine thread was started as a program');
  try {
    const loaded = await load(workerData as ThreadOptions);
    serve(port, loaded);
    port.postMessage({
      type: 'ready',
      models: loaded.recognisers.map(({ model }) => model),
      measured: loaded.measured,
    } satisfies FromThread);
  } catch (error) {
    const { code, message, hint } = toRtError(error, 'model_invalid');
    port.postMessage({ type: 'failed', code, message, hint } satisfies FromThread);
    port.close();
  }
}

await main();
