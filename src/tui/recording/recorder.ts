/**
 * Writes what a monitor learns into a file, as it learns it.
 *
 * A file that exists is never written over, and what others may not read stays so: it belongs to its writer alone.
 * A disk that is full or too slow ends the recording and not the monitor: everything before stands whole.
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import type { TranscriptEvent } from '../../client/transcript-feed.ts';
import type { Action } from '../state/store.ts';
import { createLineEncoder, headerLine } from './encode-recording.ts';
import type { RecordedFact, RecordingHeader } from './recording.ts';

export interface Recorder {
  /** Keeps what `action` says of the fleet. */
  readonly note: (action: Action) => void;
  readonly hear: (event: TranscriptEvent) => void;
  /** Resolves when everything is written. Idempotent. */
  readonly close: () => Promise<void>;
}

export interface RecorderOptions {
  readonly path: string;
  readonly header: RecordingHeader;
  readonly clock: Clock;
  /** Called once, when nothing more is written. */
  readonly onFault: (reason: string) => void;
}

/** A disk that lets so much wait is given up. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
const OWNER_ONLY = 0o600;

/** @throws RtError config_invalid where no file can be made, or one is there */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { path, header, clock, onFault } = options;
  const stream = await create(path);
  const encode = createLineEncoder();
  const startedAtMs = clock.nowMs();
  let isOver = false;
  let lastLook = '';

  const stop = (reason: string): void => {
    if (!isOver) onFault(`The recording stopped: ${reason}. What was written before stands in ${path}.`);
    isOver = true;
    stream.destroy();
  };
  const write = (fact: RecordedFact): void => {
    if (isOver) return;
    stream.write(`${encode({ tMs: clock.nowMs() - startedAtMs, fact })}\n`);
    if (stream.writableLength > MOST_WAITING_BYTES) stop('the disk does not keep up');
  };
  stream.on('error', (error) => stop(error.message));
  stream.write(`${headerLine(header)}\n`);

  return {
    note: (action) => {
      const fact = factOf(action);
      if (fact === undefined) return;
      if (fact.type === 'session') {
        // Asked for with every look, and mostly as it was.
        const look = JSON.stringify(fact);
        if (look === lastLook) return;
        lastLook = look;
      }
      write(fact);
    },
    hear: (event) => write({ type: 'text', event }),
    async close() {
      if (isOver) return;
      write({ type: 'end' });
      isOver = true;
      stream.end();
      await once(stream, 'close').catch(() => undefined);
    },
  };
}

/** Undefined for what belongs to the person who watches and not to the fleet. */
function factOf(action: Action): RecordedFact | undefined {
  switch (action.type) {
    case 'sampled': {
      const { workers, snapshot, readMs } = action.sample;
      return { type: 'sample', workers, snapshot, readMs };
    }
    case 'failed':
      return { type: 'outage', reason: action.reason };
    case 'happened':
      return { type: 'event', event: action.event };
    case 'looked-up': {
      // What takes a session up again is nobody's to keep.
      const { id, record } = action;
      if (record === undefined) return { type: 'session', id, record };
      const { resume: _, ...shown } = record;
      return { type: 'session', id, record: shown };
    }
    default:
      return undefined;
  }
}

async function create(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path, { flags: 'wx', mode: OWNER_ONLY });
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new RtError(
      'config_invalid',
      isThere ? `${path} is there already` : `Cannot write ${path}: ${messageOf(error)}`,
      { cause: error, hint: 'name another file for --record; no file is written over' },
    );
  }
}
