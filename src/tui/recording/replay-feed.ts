/** What was said in a recording, as a feed: to be followed like that of a running fleet. */
import type { HeardFinal, TranscriptEvent, TranscriptFeed } from '../../client/transcript-feed.ts';

export interface ReplayFeed extends TranscriptFeed {
  /** It is said now. */
  readonly say: (event: TranscriptEvent) => void;
}

type Durable = Exclude<TranscriptEvent, { readonly type: 'partial' | 'limited' }>;

/** Durable events that are kept for whoever opens a session later. */
const MOST_KEPT = 50_000;

export function createReplayFeed(): ReplayFeed {
  /** By session and number: what two sources told was recorded twice. */
  const kept = new Map<string, Durable>();
  const listeners = new Set<(event: TranscriptEvent) => void>();
  const saidIn = (id: string): readonly Durable[] =>
    [...kept.values()].filter(({ sessionId }) => sessionId === id).toSorted((a, b) => a.seq - b.seq);

  async function* follow(
    ...[what, signal]: Parameters<TranscriptFeed['follow']>
  ): AsyncGenerator<TranscriptEvent> {
    const waiting: TranscriptEvent[] = what === 'all' ? [] : [...saidIn(what)];
    let wake = (): void => {};
    const listen = (event: TranscriptEvent): void => {
      const isWanted = what === 'all' || ('sessionId' in event && event.sessionId === what);
      if (isWanted) waiting.push(event);
      wake();
    };
    const stop = (): void => wake();
    listeners.add(listen);
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listen);
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    follow,
    finals: (id) => {
      const said = saidIn(id);
      const finals = said.filter((event): event is HeardFinal => event.type === 'final');
      return Promise.resolve({ finals, isWhole: said[0]?.seq === 1 });
    },
    say(event) {
      if (event.type === 'final' || event.type === 'event') {
        const name = `${event.sessionId} ${event.seq}`;
        if (kept.has(name)) return;
        kept.set(name, event);
        const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
        if (oldest !== undefined) kept.delete(oldest);
      }
      for (const listen of listeners) listen(event);
    },
  };
}
