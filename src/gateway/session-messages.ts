/** What a session says when it begins, from what the client asked for and the worker answered. Pure. */
import type { SessionId } from '../base/ids.ts';
import type { StreamQuery } from '../protocol/query.ts';
import type {
  SessionBegin,
  SessionEnd,
  Warning,
  WireSegment,
  WireWarning,
} from '../protocol/server-messages.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { WorkerReady, WorkerSessionConfig } from '../protocol/worker-messages.ts';

/** Options that are understood and not honoured here: said, never silently dropped. */
export function optionWarnings(query: StreamQuery): readonly WireWarning[] {
  const unsupported: [boolean, string, string][] = [
    [query.enhanceOnEnd, 'enhance_on_end', 'no enhancement service is connected'],
    [query.vocabulary.length > 0, 'vocabulary', 'the model takes no vocabulary'],
    [query.room !== undefined, 'room', 'rooms are not served here'],
  ];
  return unsupported
    .filter(([isAsked]) => isAsked)
    .map(([, option, why]) => ({
      code: 'unsupported_option',
      message: `${option} has no effect: ${why}`,
      option,
    }));
}

/** The first message of the worker link. */
export function workerConfig(id: SessionId, query: StreamQuery): WorkerSessionConfig {
  return {
    session_id: id,
    language: query.language,
    model: query.model,
    word_timestamps: query.wordTimestamps,
    interim_results: query.interimResults,
    protocol: PROTOCOL_VERSION,
    epoch: 1,
    from_sample: 0,
    history_samples: 0,
    enable_vad: query.enableVad,
    vad_threshold: query.vadThreshold,
    min_speech_ms: query.minSpeechMs,
    min_silence_ms: query.minSilenceMs,
    prefix_padding_ms: query.prefixPaddingMs,
    max_utterance_s: query.maxUtteranceMs / 1000,
    progress: query.acks === 'step' ? 'step' : 'interval',
  };
}

/** @param token to take the session up again; undefined where it cannot be */
export function beginMessage(
  id: SessionId,
  {
    query,
    ready,
    token,
  }: { readonly query: StreamQuery; readonly ready: WorkerReady; readonly token: string | undefined },
): SessionBegin {
  return {
    type: 'session.begin',
    session_id: id,
    protocol: PROTOCOL_VERSION,
    model: ready.model,
    language: ready.language,
    sample_rate: query.sampleRate,
    encoding: query.encoding,
    channels: query.channels,
    partials: ready.partials,
    epoch: 1,
    ...(token === undefined ? {} : { resume_token: token }),
    warnings: [...optionWarnings(query), ...ready.warnings],
  };
}

/** Comes before the last finals of a session that an operator ends. */
export const END_WARNING: Warning = {
  type: 'warning',
  code: 'ended_by_operator',
  message: 'The operator of this service ends the session; what was said until now is still transcribed',
};

/** Times and text by the gateway's own record; of the worker's message only the speech time counts. */
export function endMessage(
  id: SessionId,
  session: {
    readonly durationS: number;
    readonly speechS: number;
    readonly segments: readonly WireSegment[];
  },
): SessionEnd {
  return {
    type: 'session.end',
    session_id: id,
    total_duration: session.durationS,
    total_speech_duration: session.speechS,
    transcript: session.segments.map((segment) => segment.text).join(' '),
    segments: session.segments,
  };
}
