/**
 * A WAV file that grows: 16-bit mono samples as they are sent.
 *
 * Always true: at any moment the file on the disk is a valid WAV of what was added so far, so nothing is lost when the
 * process is killed; that is why writes are synchronous, a few kilobytes ten times a second. A disk that refuses is
 * told once and nothing more is written: the file stays valid up to there.
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { int16ToS16le } from '../../audio/pcm.ts';
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav-bytes.ts';
import type { RtError } from '../../base/errors.ts';
import { writeFault } from './whole-file.ts';

export interface WavFile {
  /** Why samples are missing from the file, where some are. */
  readonly fault: RtError | undefined;
  add(samples: Int16Array): void;
  close(): void;
}

/** Creates the file or empties it. @throws RtError disk_full or file_unreadable */
export function createWavFile(path: string, sampleRate: number): WavFile {
  let dataBytes = 0;
  let fault: RtError | undefined;
  const file = openForWriting(path);
  const writeHeader = (): void => {
    writeSync(file, wavHeader(dataBytes, sampleRate), 0, WAV_HEADER_BYTES, 0);
  };
  /** A piece that only half went in is not in the header; cut off, it is not in the file either. */
  const cutOff = (): void => {
    try {
      ftruncateSync(file, WAV_HEADER_BYTES + dataBytes);
    } catch {
      // Then the header alone says where the samples end.
    }
  };
  const attempt = (write: () => void): void => {
    if (fault !== undefined) return;
    try {
      write();
    } catch (error) {
      fault = writeFault(path, error);
      cutOff();
    }
  };
  attempt(writeHeader);
  return {
    get fault() {
      return fault;
    },
    add: (samples) => {
      const bytes = int16ToS16le(samples);
      attempt(() => {
        // Samples first: a header may promise less than there is, never more.
        writeAll(file, bytes, WAV_HEADER_BYTES + dataBytes);
        dataBytes += bytes.length;
        writeHeader();
      });
    },
    close: () => closeSync(file),
  };
}

function openForWriting(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw writeFault(path, error);
  }
}

/** A disk that is nearly full takes a part and says so by its count alone. */
function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}
