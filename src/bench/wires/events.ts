/** What the events of rt, from a gateway or a worker, are to the generator. */
import type { ServerMessage } from '../../protocol/server-messages.ts';
import { fromWireSeconds } from '../../protocol/time.ts';
import type { WorkerMessage } from '../../protocol/worker-messages.ts';
import type { BenchHandlers } from '../wire.ts';

/** What either of them sends; what a newer one sends besides is passed over. */
export type SessionEvent = ServerMessage | WorkerMessage | { readonly type: 'unknown' };

/** Resolved names end in the chunk of the model, for example `rt-tiny-en-160ms` or `…-160ms-int8`. */
const CHUNK_IN_NAME = /-(\d+)ms(?:-|$)/;

export function tellEvent(event: SessionEvent, handlers: BenchHandlers): void {
  switch (event.type) {
    case 'session.begin':
      handlers.onReady(event.model);
      return;
    case 'transcript.partial':
    case 'transcript.final':
      handlers.onResult({
        text: event.text,
        isFinal: event.type === 'transcript.final',
        audioEndSample: fromWireSeconds(event.audio_end),
      });
      return;
    case 'warning':
      handlers.onWarning(event.code);
      return;
    case 'error':
      if (event.recoverable) handlers.onWarning(event.code);
      else handlers.onFault({ code: event.code, message: event.message, retryAfterMs: event.retry_after_ms });
      return;
    case 'session.end':
      handlers.onEnd(fromWireSeconds(event.total_duration));
      return;
    default:
  }
}

export function chunkMsInName(model: string | undefined): number | undefined {
  const digits = CHUNK_IN_NAME.exec(model ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
