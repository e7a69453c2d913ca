/** Records a fleet without a screen. */
import { createPace } from '../feed/pace.ts';
import type { Source } from '../feed/source.ts';
import { recordText } from './record-text.ts';
import { openRecorder } from './recorder.ts';
import type { RecordingHeader } from './recording.ts';

export interface RecordFleetOptions {
  readonly source: Source;
  readonly path: string;
  readonly header: RecordingHeader;
  readonly intervalMs: number;
  /** Called once the file is there. */
  readonly onBegun: () => void;
  /** Told what is not recorded, and why. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves after the signal with everything written. @throws RtError config_invalid where no file can be made */
export async function recordFleet(options: RecordFleetOptions): Promise<void> {
  const { source, path, header, warn } = options;
  const { clock, transcripts } = source;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const onFault = (reason: string): void => {
    warn(reason);
    failed.abort();
  };
  const recorder = await openRecorder({ path, header, clock, onFault });
  options.onBegun();
  const pace = createPace(clock, options.intervalMs);
  try {
    await Promise.all([
      source.learn({ pace, dispatch: recorder.note, signal }),
      header.hasText ? recordText({ transcripts, recorder, onRefused: warn, signal }) : Promise.resolve(),
    ]);
  } finally {
    await recorder.close();
  }
}
