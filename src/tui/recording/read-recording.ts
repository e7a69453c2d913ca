/**
 * Reads a recording from a file, line by line, however long it is.
 *
 * What is whole is given out; where it ends for another reason than its last line, the reason comes last.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf, RtError } from '../../base/errors.ts';
import { createLineDecoder, decodeHeader } from './decode-recording.ts';
import type { Recorded, RecordingHeader } from './recording.ts';

/** Why a recording is over. */
export interface RecordingEnd {
  readonly type: 'over';
  readonly isWhole: boolean;
  readonly notice: string;
}

export interface Recording {
  readonly header: RecordingHeader;
  /** What was recorded, then how it ended; to be gone through once. */
  readonly entries: AsyncGenerator<Recorded | RecordingEnd>;
}

/** @throws RtError config_invalid, with the line that is wrong */
export async function openRecording(path: string): Promise<Recording> {
  const lines = linesOf(path);
  const first = await lines.next();
  const header = first.done === true ? undefined : decodeHeader(first.value);
  if (header === undefined) throw unreadable(path, 'it is empty');
  if ('type' in header) throw unreadable(path, `line 1 ${header.what}`);
  return { header, entries: entriesOf(path, lines) };
}

async function* entriesOf(
  path: string,
  lines: AsyncGenerator<string>,
): AsyncGenerator<Recorded | RecordingEnd> {
  const decode = createLineDecoder();
  let number = 1;
  try {
    for await (const line of lines) {
      number += 1;
      const entry = decode(line);
      if (entry === undefined) continue;
      if ('type' in entry) {
        const isLast = (await lines.next()).done === true;
        const where = `line ${number} of ${path}`;
        yield over(isLast ? `cut off in ${where}` : `stopped: ${where} ${entry.what}`);
        return;
      }
      yield entry;
      if (entry.fact.type === 'end') {
        yield { type: 'over', isWhole: true, notice: `The recording ${path} ends here.` };
        return;
      }
    }
  } catch (error) {
    yield over(`stopped behind line ${number} of ${path}: ${messageOf(error)}`);
    return;
  }
  yield over(`cut off behind line ${number} of ${path}`);
}

function over(how: string): RecordingEnd {
  return { type: 'over', isWhole: false, notice: `The recording is ${how}; what came before is shown.` };
}

/** Ends the file with the loop over it. @throws RtError config_invalid */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, 'utf8');
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  // Without its file an interface only ends.
  file.once('error', () => lines.close());
  try {
    yield* lines;
    if (file.errored !== null) throw file.errored;
  } catch (error) {
    throw unreadable(path, messageOf(error));
  } finally {
    lines.close();
    file.destroy();
  }
}

function unreadable(path: string, why: string): RtError {
  return new RtError('config_invalid', `Cannot replay ${path}: ${why}`, {
    hint: 'name a file written by: rt top --record FILE',
  });
}
