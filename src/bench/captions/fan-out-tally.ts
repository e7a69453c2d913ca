/**
 * What readers got of what the speaker got, and how much later.
 *
 * Always true: an event is known by its `seq`, a partial by its place in the audio and its text; both receipts are by one
 * clock; an event that a reader saw first counts as 0, since the speaker may be told behind the readers.
 */
import { createLatencyHistogram, type LatencyHistogram } from '../histogram.ts';
import { numberOf, recordOf, textOf } from '../compare/run-document.ts';

export interface ReaderTally {
  heard(json: string, atMs: number): void;
  /** Newest durable event it has. */
  readonly lastSeq: number;
}

export interface FanOutCounts {
  /** Durable events and partials that the speaker got. */
  readonly events: number;
  readonly partials: number;
  /** Durable events that a reader never got, or got again; over all readers. */
  readonly lost: number;
  readonly doubled: number;
  readonly lostPartials: number;
  /** What a reader saw before the speaker did. */
  readonly ahead: number;
}

export interface FanOutTally {
  readonly histograms: { readonly fanout: LatencyHistogram; readonly fanout_slow: LatencyHistogram };
  readonly lastSeq: number;
  /** What the speaker received. */
  spoke(json: string, atMs: number): void;
  addReader(isSlow: boolean): ReaderTally;
  counts(): FanOutCounts;
}

interface Reader {
  lastSeq: number;
  doubled: number;
  lost: number;
  partials: number;
}

type Heard = { readonly key: string; readonly seq: number | undefined };

export function createFanOutTally(firstSeq: number): FanOutTally {
  const histograms = { fanout: createLatencyHistogram(), fanout_slow: createLatencyHistogram() };
  const spokenAtMs = new Map<string, number>();
  const early = new Map<string, { readonly atMs: number; readonly histogram: LatencyHistogram }[]>();
  const readers: Reader[] = [];
  const said = { lastSeq: firstSeq, events: 0, partials: 0, ahead: 0 };
  return {
    histograms,
    get lastSeq() {
      return said.lastSeq;
    },
    spoke(json, atMs) {
      const heard = readEvent(json);
      if (heard === undefined || (heard.seq !== undefined && heard.seq <= firstSeq)) return;
      if (heard.seq === undefined) said.partials += 1;
      else {
        said.events += 1;
        said.lastSeq = Math.max(said.lastSeq, heard.seq);
      }
      spokenAtMs.set(heard.key, atMs);
      for (const one of early.get(heard.key) ?? []) {
        said.ahead += 1;
        one.histogram.recordMs(one.atMs - atMs);
      }
      early.delete(heard.key);
    },
    addReader(isSlow) {
      const histogram = isSlow ? histograms.fanout_slow : histograms.fanout;
      const reader: Reader = { lastSeq: firstSeq, doubled: 0, lost: 0, partials: 0 };
      readers.push(reader);
      return {
        get lastSeq() {
          return reader.lastSeq;
        },
        heard(json, atMs) {
          const event = readEvent(json);
          if (event === undefined || !isNew(reader, event)) return;
          const spokenMs = spokenAtMs.get(event.key);
          if (spokenMs !== undefined) histogram.recordMs(atMs - spokenMs);
          else early.set(event.key, [...(early.get(event.key) ?? []), { atMs, histogram }]);
        },
      };
    },
    counts() {
      const sum = (of: (reader: Reader) => number): number =>
        readers.reduce((total, reader) => total + of(reader), 0);
      return {
        ...{ events: said.events, partials: said.partials, ahead: said.ahead },
        lost: sum(({ lost, lastSeq }) => lost + Math.max(0, said.lastSeq - lastSeq)),
        doubled: sum(({ doubled }) => doubled),
        lostPartials: sum(({ partials }) => Math.max(0, said.partials - partials)),
      };
    },
  };
}

/** Counts what is missing before it; false for an event that was there already. */
function isNew(reader: Reader, { seq }: Heard): boolean {
  if (seq === undefined) {
    reader.partials += 1;
    return true;
  }
  if (seq <= reader.lastSeq) {
    reader.doubled += 1;
    return false;
  }
  reader.lost += seq - reader.lastSeq - 1;
  reader.lastSeq = seq;
  return true;
}

/** Undefined for what is neither numbered nor a partial, such as an ack. */
function readEvent(json: string): Heard | undefined {
  try {
    const event = recordOf(JSON.parse(json));
    const seq = numberOf(event['seq']) ?? undefined;
    if (seq !== undefined) return { key: String(seq), seq };
    if (event['type'] !== 'transcript.partial') return undefined;
    return { key: `${String(numberOf(event['audio_end']))} ${textOf(event['text']) ?? ''}`, seq: undefined };
  } catch {
    return undefined;
  }
}
