/** Writes a recording's lines. */
import { type Changes, changesFrom } from './changes.ts';
import { RECORDING_SCHEMA, type Recorded, type RecordedSample, type RecordingHeader } from './recording.ts';
import { toWireNames } from './wire-names.ts';

/** The first line, without its end. */
export function headerLine({ at, version, target, hasText }: RecordingHeader): string {
  return JSON.stringify({
    schema: RECORDING_SCHEMA,
    at: at.toISOString(),
    version,
    target,
    has_text: hasText,
  });
}

/** Makes lines of facts in their order, without their ends. */
export function createLineEncoder(): (recorded: Recorded) => string {
  let workers: ReadonlyMap<string, string> = new Map();
  let snapshot: ReadonlyMap<string, string> = new Map();

  const sampleFields = (sample: RecordedSample): Readonly<Record<string, unknown>> => {
    const nextWorkers = new Map(
      sample.workers.map((worker) => [worker.id, JSON.stringify(toWireNames(worker))]),
    );
    const fields = {
      read_ms: sample.readMs,
      ...unlessEmpty('workers', changesFrom(workers, nextWorkers, JSON.parse)),
      ...unlessEmpty('snapshot', changesFrom(snapshot, sample.snapshot, readDigest)),
    };
    workers = nextWorkers;
    snapshot = sample.snapshot;
    return fields;
  };

  return ({ tMs, fact }) => {
    const { type, ...rest } = fact;
    const fields = fact.type === 'sample' ? sampleFields(fact) : toWireNames(rest);
    return JSON.stringify({ t_ms: Math.round(tMs), type, ...(fields as object) });
  };
}

function unlessEmpty(name: string, changes: Changes): Readonly<Record<string, Changes>> {
  return Object.keys(changes).length === 0 ? {} : { [name]: changes };
}

/** A digest as the object it is, so that recordings can be read; what is none, as the text it is. */
function readDigest(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Only an object comes back as the same text.
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
