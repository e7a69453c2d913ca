/** A recording that is shown to whoever may not read along. */
import { digestWithoutText, eventWithoutText } from '../feed/without-text.ts';
import type { Recording } from './read-recording.ts';
import type { RecordedFact } from './recording.ts';

/** `recording`, of which no text gets further than here. */
export function recordingWithoutText({ header, entries }: Recording): Recording {
  async function* silenced(): Recording['entries'] {
    for await (const entry of entries) {
      if ('type' in entry) yield entry;
      else for (const fact of factsWithoutText(entry.fact)) yield { tMs: entry.tMs, fact };
    }
  }
  return { header: { ...header, hasText: false }, entries: silenced() };
}

function factsWithoutText(fact: RecordedFact): readonly RecordedFact[] {
  if (fact.type === 'text') return eventWithoutText(fact.event).map((event) => ({ type: 'text', event }));
  if (fact.type !== 'sample') return [fact];
  const snapshot = [...fact.snapshot].map(([field, json]) => [field, digestWithoutText(json)] as const);
  return [{ ...fact, snapshot: new Map(snapshot) }];
}
