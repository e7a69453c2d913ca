/** Starts the engine a worker was asked for. */
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { type Logger, silentLogger } from '../base/log.ts';
import { type AsrEngine, startAsrEngine } from '../engine/asr-engine.ts';
import type { SizedEngine } from '../engine/engine.ts';
import { SINGLE_LAYOUT } from '../engine/layout.ts';
import { BUNDLED_MODEL_PATH } from '../engine/models/bundled.ts';
import type { ModelRequest } from '../engine/models/load-model.ts';
import { settlesWithin } from '../base/within.ts';
import { chooseProvider } from '../engine/provider/choose-provider.ts';
import type { Gpu } from '../engine/provider/explain-failure.ts';
import { type ProbeOutcome, probeProvider } from '../engine/provider/probe.ts';
import { visibleGpus } from '../engine/provider/visible-gpus.ts';
import type { EngineOptions } from './ports.ts';

/** Under which a model is known that was given without an alias: what clients ask for unless told otherwise. */
const USUAL_ALIAS = 'fast';

/**
 * Starts the engine that was asked for.
 * @param log told which provider was taken and why
 * @throws RtError provider_unavailable, model_invalid, config_invalid
 */
export async function startEngine(
  options: EngineOptions,
  clock: Clock,
  log: Logger = silentLogger,
): Promise<SizedEngine> {
  const { beacon } = options;
  if (!beacon) return startSpeechEngine(options, clock, log);
  const { startBeaconEngine } = await import('../engine/beacon/beacon-engine.ts');
  return startBeaconEngine({ clock, faults: beacon.faults });
}

/**
 * Loads and warms up the models.
 * @throws RtError provider_unavailable, model_invalid, config_invalid
 */
export async function startSpeechEngine(
  options: EngineOptions,
  clock: Clock,
  log: Logger = silentLogger,
): Promise<AsrEngine> {
  const probe = (gpu: Gpu): Promise<ProbeOutcome> => probeProvider(gpu, { clock });
  const provider = await chooseProvider(options.provider, { log, visible: () => visibleGpus(), probe });
  return startAsrEngine({
    models: modelRequests(options.models),
    provider,
    layout: options.threads === 'auto' ? 'measure' : (options.threads ?? SINGLE_LAYOUT),
    ...(options.capacity === 'auto' ? {} : { enoughSessions: options.capacity }),
    clock,
  });
}

/** No model: the bundled one. No alias anywhere: the first model is the usual one. */
export function modelRequests(models: EngineOptions['models']): readonly ModelRequest[] {
  const chosen = models.length > 0 ? models : [{ path: BUNDLED_MODEL_PATH }];
  const isAnyNamed = chosen.some(({ alias }) => alias !== undefined);
  return chosen.map(({ path, alias }, index) => {
    if (alias !== undefined) return { path, aliases: [alias] };
    return { path, aliases: index === 0 && !isAnyNamed ? [USUAL_ALIAS] : [] };
  });
}

const CLOSE_WITHIN_MS = 3_000;

export interface CloseEngineParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends this process without asking it. */
  readonly kill?: () => void;
}

/**
 * Closes `engine`. A thread that hangs in native code can be neither interrupted nor left behind: Node's own exit
 * waits for it for ever. Then the process kills itself, and whoever supervises it starts it again.
 */
export async function closeEngine(
  engine: Pick<SizedEngine, 'close'>,
  parts: CloseEngineParts,
): Promise<void> {
  const { clock, log, kill = () => process.kill(process.pid, 'SIGKILL') } = parts;
  const closing = engine.close().catch((error: unknown) => {
    log.warn('the engine did not close well', { error: messageOf(error) });
  });
  if (await settlesWithin(clock, CLOSE_WITHIN_MS, closing)) return;
  log.error('an engine thread hangs in native code, so this process kills itself');
  // Time for the line to be written.
  await clock.sleep(100);
  kill();
}
