/** What a measurement of captions needs of the store that hands them out. */

export interface CaptionReader {
  /** Connections that were lost so far; each may have cost it events. */
  readonly disconnects: number;
  readonly close: () => void;
}

export interface ReaderOptions {
  readonly channel: string;
  /** Takes from its connection once a second only. */
  readonly isSlow: boolean;
  /** Called in the turn in which the message was read. */
  readonly onMessage: (json: string) => void;
}

/** What the store holds back for readers that do not take it. */
export interface OutputBuffers {
  readonly clients: number;
  readonly totalBytes: number;
  /** Of the reader with most. */
  readonly largestBytes: number;
}

export interface CaptionStore {
  /** A reader on a connection of its own, which reads from now on. Rejects with registry_unavailable. */
  openReader(options: ReaderOptions): Promise<CaptionReader>;
  /** Of the readers of this run. Rejects with registry_unavailable. */
  outputBuffers(): Promise<OutputBuffers>;
}
