/** A fleet that is watched without what is said in it: no text gets further than here. */
import type { TranscriptEvent, TranscriptFeed } from '../../client/transcript-feed.ts';
import { parseDigest } from '../../registry/digests.ts';
import type { FleetView } from '../../registry/ports.ts';

/** `fleet`, its digests without the last texts. */
export function fleetWithoutText(fleet: FleetView): FleetView {
  return {
    ...fleet,
    snapshot: async () =>
      new Map([...(await fleet.snapshot())].map(([field, json]) => [field, digestWithoutText(json)])),
  };
}

/** `feed`, of which only what happened is left, and when. */
export function feedWithoutText(feed: TranscriptFeed): TranscriptFeed {
  return {
    async *follow(what, signal) {
      for await (const event of feed.follow(what, signal)) yield* eventWithoutText(event);
    },
    finals: async (id) => ({ ...(await feed.finals(id)), finals: [] }),
  };
}

/** A digest without its sessions' last texts. */
export function digestWithoutText(json: string): string {
  const digest = parseDigest(json);
  // What is no digest is read by nobody.
  if (digest === undefined) return '';
  if (digest.role !== 'gateway') return json;
  const entries: readonly unknown[] = digest.sessions;
  const sessions = entries.map((entry) =>
    typeof entry === 'object' && entry !== null ? { ...entry, last_text: '' } : entry,
  );
  return JSON.stringify({ ...digest, sessions });
}

/** Nothing of what may still change, and of what is final only that it was. */
export function eventWithoutText(event: TranscriptEvent): readonly TranscriptEvent[] {
  if (event.type === 'partial') return [];
  return event.type === 'final' ? [{ ...event, text: '', words: null }] : [event];
}
