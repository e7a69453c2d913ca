/** What a program is told of a stream: in the document of the call, and in the file that `--save` keeps. */
import type { RtError } from '../base/errors.ts';
import type { PresentedStream } from '../client/present-stream.ts';
import type { StreamConfig } from '../config/settings/stream.ts';
import type { AlignedPair } from './stream-score.ts';

/** One stream of a call; fields without a value are null, and those nobody asked for are absent. */
export interface StreamDocument {
  readonly input: string;
  readonly session_id: string | null;
  readonly transcript: string;
  readonly finals: PresentedStream['finals'];
  readonly summary: PresentedStream['summary'] | null;
  readonly alignment?: readonly AlignedPair[];
  readonly saved?: readonly string[];
}

export function streamDocument(stream: {
  readonly input: string;
  readonly result: PresentedStream | undefined;
  readonly alignment: readonly AlignedPair[] | undefined;
}): StreamDocument {
  const { input, result, alignment } = stream;
  return {
    input,
    session_id: result?.sessionId ?? null,
    transcript: result?.transcript ?? '',
    finals: result?.finals ?? [],
    summary: result?.summary ?? null,
    ...(alignment === undefined ? {} : { alignment }),
    ...(result?.saved === undefined ? {} : { saved: result.saved.paths }),
  };
}

/** The file of a stream: the same, with what was asked for and why it failed. */
export function savedDocument(stream: {
  readonly input: string;
  readonly gateway: string;
  readonly config: StreamConfig;
  readonly result: PresentedStream;
  readonly alignment: readonly AlignedPair[] | undefined;
  readonly savedAt: Date;
}): unknown {
  const { gateway, config, result } = stream;
  return {
    schema: 'rt.saved-stream/v1',
    saved_at: stream.savedAt.toISOString(),
    ...streamDocument(stream),
    error: errorOf(result.fault),
    settings: {
      gateway: withoutSecrets(gateway),
      language: config.language,
      model: config.model ?? null,
      words: config.words,
      vad: config.vad,
      interim: config.interim,
      chunk_ms: config.chunkMs,
      pace: config.pace,
    },
  };
}

function errorOf(fault: RtError | undefined): unknown {
  return fault === undefined ? null : { code: fault.code, message: fault.message };
}

function withoutSecrets(gateway: string): string {
  const { protocol, host } = new URL(gateway);
  return `${protocol}//${host}`;
}
