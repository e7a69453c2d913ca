/** Somebody who sees what one session of a step is answered, as it comes. Times are milliseconds since the step began. */
import type { SessionOutcome } from './session-outcome.ts';
import type { BenchStream, WireResult } from './wire.ts';

export interface SessionEnd {
  readonly outcome: SessionOutcome;
  readonly atMs: number;
  /** When the end of the stream was sent; undefined when it was not. */
  readonly endSentAtMs: number | undefined;
}

export interface SessionObserver {
  opened(stream: BenchStream): void;
  result(result: WireResult, receivedMs: number): void;
  /** Once, and last. */
  over(end: SessionEnd): void;
}
