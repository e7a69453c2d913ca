/**
 * Keeps a stream as files named after its session: .wav while it runs; .json, .srt, .vtt and .txt at its end.
 *
 * Always true: the name comes from an id that is checked, since it is text of the other side; a file that cannot be
 * written stops neither the stream nor the other files, and is told at the end.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { type RtError, toRtError } from '../../base/errors.ts';
import { createSessionId, isSessionId } from '../../base/ids.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { TranscriptFinal } from '../../protocol/server-messages.ts';
import { toSrt, toVtt } from '../subtitles.ts';
import { createWavFile, type WavFile } from './wav-file.ts';
import { writeFault, writeWholeFile } from './whole-file.ts';

/** What was saved, and the first thing that could not be. */
export interface SavedStream {
  readonly paths: readonly string[];
  readonly fault: RtError | undefined;
}

export interface StreamSaver {
  /** Names the files and begins the recording; further calls change nothing. */
  begin(sessionId: string): void;
  /** What is sent: 16-bit mono at 16 kHz. */
  hear(samples: Int16Array): void;
  /** Writes the rest; `document` becomes the JSON file. Nothing is there to save of a session that never began. */
  finish(finals: readonly TranscriptFinal[], document: unknown): SavedStream;
}

/** Creates `folder` where it is not there. @throws RtError file_unreadable or disk_full when it cannot be had */
export function createStreamSaver(folder: string): StreamSaver {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw writeFault(folder, error);
  }
  let base: string | undefined;
  let wav: WavFile | undefined;
  let fault: RtError | undefined;
  const paths: string[] = [];
  const attempt = (path: string, write: () => void): void => {
    try {
      write();
      paths.push(path);
    } catch (error) {
      fault ??= toRtError(error);
    }
  };
  return {
    begin: (sessionId) => {
      if (base !== undefined) return;
      const stem = join(folder, isSessionId(sessionId) ? sessionId : createSessionId());
      base = stem;
      attempt(`${stem}.wav`, () => {
        wav = createWavFile(`${stem}.wav`, SAMPLE_RATE);
      });
    },
    hear: (samples) => wav?.add(samples),
    finish: (finals, document) => {
      if (base === undefined) return { paths, fault };
      wav?.close();
      fault ??= wav?.fault;
      for (const [ending, text] of Object.entries(textsOf(finals, document))) {
        const path = `${base}.${ending}`;
        attempt(path, () => writeWholeFile(path, text));
      }
      return { paths, fault };
    },
  };
}

function textsOf(finals: readonly TranscriptFinal[], document: unknown): Readonly<Record<string, string>> {
  const lines = finals.filter(({ text }) => text !== '').map(({ text }) => `${safeText(text)}\n`);
  return {
    json: `${JSON.stringify(document, null, 2)}\n`,
    srt: toSrt(finals),
    vtt: toVtt(finals),
    txt: lines.join(''),
  };
}
