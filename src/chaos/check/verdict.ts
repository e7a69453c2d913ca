/** What a checker says of a history. */
export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I6' | 'I7' | 'I8';

export interface Violation {
  /** The session's actor; absent for what concerns all of them. */
  readonly session?: string;
  readonly message: string;
  /** Milliseconds of the history. */
  readonly atMs: number;
}

export interface InvariantVerdict {
  readonly id: InvariantId;
  readonly title: string;
  readonly ok: boolean;
  readonly violations: readonly Violation[];
}

export interface Spread {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/** What a word lost in time: its arrival less its arrival in the undisturbed run; the worst word of each session. */
export interface SessionGap {
  readonly session: string;
  /** It lost its worker or its connection. */
  readonly disturbed: boolean;
  /** By the first partial or final that holds the word. */
  readonly gapFirstMs: number;
  /** By the final. */
  readonly gapFinalMs: number;
}

export interface Figures {
  readonly sessions: number;
  /** Refused with advice before they began. */
  readonly refused: number;
  readonly words: number;
  readonly faults: number;
  readonly failovers: number;
  readonly resumes: number;
  /** Finals that were said again and clients pass over (CHK-15). */
  readonly echoes: number;
  readonly gaps: readonly SessionGap[];
  /** From a close to the begin of the connection that went on. */
  readonly resumeMs: readonly number[];
}

export interface Verdict {
  readonly invariants: readonly InvariantVerdict[];
  readonly figures: Figures;
}
