/** How a wire is spoken, as the generator sees it: samples in, results with positions out. */
import type { RtErrorCode } from '../base/errors.ts';

/** A text that may change, or one that will not. */
export interface WireResult {
  readonly text: string;
  readonly isFinal: boolean;
  /** Position after the last sample of the stream that this result needed, at 16 kHz. */
  readonly audioEndSample: number;
}

/** Why a session is over, or was never begun. */
export interface WireFault {
  /** From the table of error codes; a peer without codes has `session_failed`. */
  readonly code: RtErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

/** Called in the turn in which the message came; nothing is called after `onClose`. */
export interface BenchHandlers {
  /** The server takes audio; `model` is its resolved name where it tells. */
  onReady(model: string | undefined): void;
  onResult(result: WireResult): void;
  /** Something is not as it should be and the session goes on. */
  onWarning(code: string): void;
  onFault(fault: WireFault): void;
  /** Everything that was sent is answered; `samples` is what the server counted, where it tells. */
  onEnd(samples: number | undefined): void;
  /** Exactly once, also for a connection that never opened. */
  onClose(code: number): void;
}

export interface BenchStream {
  /** Sends one message; `pcm` is 16 kHz mono and is not changed afterwards. */
  send(pcm: Int16Array): void;
  /** Asks for the final of what was said so far; absent where the wire has no such message. */
  readonly flush?: () => void;
  /** Round trip of a ping in milliseconds, undefined once closed; absent where the wire has none. */
  readonly ping?: () => Promise<number | undefined>;
  /** No more audio follows. */
  end(): void;
  /** Lets go at once. */
  close(): void;
}

export interface BenchWire {
  readonly name: 'rt' | 'worker' | 'sherpa' | 'vosk' | 'openai';
  readonly url: string;
  /** Opens a session; does not throw for a server that is not there. */
  open(handlers: BenchHandlers): BenchStream;
  /** Chunk of the model in milliseconds, or undefined where it cannot be told from the name. */
  chunkMsOf(model: string | undefined): number | undefined;
}
