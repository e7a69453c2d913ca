/** Starts the engine a worker was asked for. */
import type { Clock } from '../base/clock.ts';
import { type AsrEngine, startAsrEngine } from '../engine/asr-engine.ts';
import { BUNDLED_MODEL_PATH } from '../engine/models/bundled.ts';
import type { ModelRequest } from '../engine/models/load-recogniser.ts';
import type { EngineOptions } from './ports.ts';

/** Under which a model is known that was given without an alias: what clients ask for unless told otherwise. */
const USUAL_ALIAS = 'fast';

/**
 * Loads and warms up the models.
 * @throws RtError model_invalid, config_invalid
 */
export function startEngine(options: EngineOptions, clock: Clock): Promise<AsrEngine> {
  return startAsrEngine({
    models: modelRequests(options.models),
    provider: 'cpu',
    intraOpThreads: options.threads ?? 1,
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
