/** What a key asks of the world: named by keys/next-ui.ts, done elsewhere, so that deciding needs no terminal. */
import type { Verb } from '../choice/ui.ts';

export type Effect =
  | { readonly type: 'quit' }
  /** Stops the program, as ctrl-z does outside of it. */
  | { readonly type: 'suspend' }
  | { readonly type: 'copy'; readonly text: string }
  /** Writes the rows of the screen into a file. */
  | { readonly type: 'export' }
  | { readonly type: 'save-subtitles'; readonly sessionId: string }
  | { readonly type: 'look-every'; readonly intervalMs: number }
  | { readonly type: 'act'; readonly verb: Verb; readonly id: string };
