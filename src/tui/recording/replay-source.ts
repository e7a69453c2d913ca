import type { Source } from '../feed/source.ts';
import type { Replay } from './replay.ts';

/** A recording; when it is over its last picture stands. */
export function replaySource({ clock, fleet, transcripts, play }: Replay): Source {
  return {
    clock,
    fleet,
    transcripts,
    async learn({ dispatch, signal }) {
      await play(dispatch, signal);
      if (signal.aborted) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}
