/**
 * What a client that came back is told again under new numbers: a gateway that was killed between telling a final and
 * writing it into the journal leaves the next one to hear that audio once more (RSM-13). Clients know such an echo by
 * its place and pass it over (CLI-17); so does every check of what was said.
 *
 * An echo is the same final to the letter and to the sample, after a resume that asked for its audio again, of one that
 * an earlier connection told; or a partial that leads up to it. Anything else that comes twice came twice.
 */
import { fromWireSeconds } from '../../protocol/time.ts';
import type { TranscriptFinal } from '../../protocol/server-messages.ts';
import type { EntryOf } from '../history/entry.ts';

type EventEntry = EntryOf<'event'>;
type Final = TranscriptFinal & { readonly seq: number };

interface Heard {
  /** Of all connections, in order of arrival. */
  readonly events: readonly EventEntry[];
}

/** Its events, echoes left out. */
export function eventsWithoutEchoes({ events }: Heard): readonly EventEntry[] {
  const echoes = findEchoes(events);
  return events.filter((entry) => !echoes.has(entry));
}

/** How many finals were said again. */
export function countEchoes({ events }: Heard): number {
  return [...findEchoes(events)].filter(({ message }) => message.type === 'transcript.final').length;
}

function findEchoes(events: readonly EventEntry[]): ReadonlySet<EventEntry> {
  const echoes = new Set<EventEntry>();
  let told: Final[] = [];
  /** Those that the connection which goes on may say again. */
  let expected: readonly Final[] = [];
  let beginSeq = 0;
  for (const entry of events) {
    const { message } = entry;
    if (message.type === 'session.begin' && message.resumed !== undefined) {
      const fromSample = message.resumed.send_from_sample;
      beginSeq = message.seq;
      expected = told.filter(({ seq, start }) => seq < beginSeq && fromWireSeconds(start) >= fromSample);
    } else if (message.type === 'transcript.partial') {
      const isLeadingUp = expected.some((final) => final.start === message.start && isPart(message, final));
      if (isLeadingUp) echoes.add(entry);
    } else if (message.type === 'transcript.final') {
      const echoed = message.seq > beginSeq ? expected.find((final) => isSame(final, message)) : undefined;
      if (echoed === undefined) {
        told = [...told, message];
      } else {
        echoes.add(entry);
        // Said a third time it is no echo any more, and what comes before it cannot come either.
        expected = expected.filter(({ start }) => start > echoed.start);
      }
    }
  }
  return echoes;
}

function isPart({ text }: { readonly text: string }, final: Final): boolean {
  return final.text === text || final.text.startsWith(`${text} `);
}

function isSame({ seq: _, ...final }: Final, { seq: __, ...other }: Final): boolean {
  return JSON.stringify(final) === JSON.stringify(other);
}
