/** What a session asks of the models, and what a client asks of a session besides sending audio. */
import type { RecogniserItem } from '../asr/recogniser.ts';
import type { EngineSessionUpdate } from '../engine.ts';
import type { VadItem } from '../vad/silero.ts';

export type EngineTask =
  | { readonly kind: 'score'; readonly item: VadItem }
  | { readonly kind: 'recognise'; readonly item: RecogniserItem };

export type Control =
  | { readonly type: 'flush' | 'clear' | 'end' }
  | { readonly type: 'update'; readonly change: EngineSessionUpdate };
