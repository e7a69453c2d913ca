/** Text messages a client sends besides binary audio (docs/protocol.md). */
export interface ClientConfig {
  readonly type: 'config';
  readonly interim_results?: boolean;
  readonly word_timestamps?: boolean;
  readonly vad_threshold?: number;
  readonly min_speech_ms?: number;
  readonly min_silence_ms?: number;
}

export interface ClientResume {
  readonly type: 'resume';
  readonly token: string;
  readonly from_sample: number;
  readonly have_seq: number;
}

export type ClientMessage =
  | { readonly type: 'end' }
  | { readonly type: 'flush' }
  | { readonly type: 'clear' }
  | { readonly type: 'keepalive' }
  | ClientConfig
  | ClientResume;
