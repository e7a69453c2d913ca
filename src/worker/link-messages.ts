/** What is said when a link begins and ends, and what its first message asks of the engine. Pure. */
import type { Engine, EngineEvent, EngineSessionOptions } from '../engine/engine.ts';
import type { SessionEnd, WireSegment } from '../protocol/server-messages.ts';
import { toWireSeconds } from '../protocol/time.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { WorkerReady, WorkerSessionConfig } from '../protocol/worker-messages.ts';

export function toEngineOptions(config: WorkerSessionConfig): EngineSessionOptions {
  return {
    model: config.model,
    language: config.language,
    partials: config.interim_results,
    vad: config.enable_vad,
    vadThreshold: config.vad_threshold,
    minSpeechMs: config.min_speech_ms,
    minSilenceMs: config.min_silence_ms,
    prefixPaddingMs: config.prefix_padding_ms,
    maxUtteranceMs: config.max_utterance_s * 1000,
    fromSample: config.from_sample,
    historySamples: config.history_samples,
  };
}

/** Names the model and the language that an alias and `auto` stand for. */
export function readyMessage(
  engine: Pick<Engine, 'models' | 'stats'>,
  config: WorkerSessionConfig,
): WorkerReady {
  const model = engine.models.find(
    ({ name, aliases }) => name === config.model || aliases.includes(config.model),
  );
  return {
    type: 'session.begin',
    session_id: config.session_id,
    protocol: PROTOCOL_VERSION,
    model: model?.name ?? config.model,
    language: config.language === 'auto' ? (model?.languages[0] ?? 'auto') : config.language,
    partials: config.interim_results && (model?.streaming ?? false),
    warnings: [],
    ...slowStep(engine),
  };
}

/** Faster engines have nothing to tell: whoever waits for one has more patience than that. */
const WORTH_TELLING_MS = 1000;

/** So that a gateway does not take a long step for the end of a worker. */
export function slowStep(engine: Pick<Engine, 'stats'>): { readonly step_ms?: number } {
  const { longestStepMs } = engine.stats();
  return longestStepMs > WORTH_TELLING_MS ? { step_ms: Math.round(longestStepMs) } : {};
}

export function endMessage(
  sessionId: string,
  event: Extract<EngineEvent, { type: 'ended' }>,
  segments: readonly WireSegment[],
): SessionEnd {
  return {
    type: 'session.end',
    session_id: sessionId,
    total_duration: toWireSeconds(event.decodedSample),
    total_speech_duration: toWireSeconds(event.speechSamples),
    transcript: segments.map(({ text }) => text).join(' '),
    segments,
  };
}
