/** Which checksum a file must have, of those that are known. */
import { RtError } from '../../base/errors.ts';
import type { ChecksumSource } from './pull-event.ts';

export interface KnownSums {
  /** Stated in the catalogue. */
  readonly catalogue?: string | undefined;
  /** Told by the publisher with this download. */
  readonly publisher?: string | undefined;
  /** Of what came at the first pull on this machine. */
  readonly firstPull?: string | undefined;
}

export interface ExpectedSum {
  readonly sha256: string | undefined;
  readonly by: ChecksumSource;
}

/** The catalogue's word counts most, then what came before, then the publisher's of today. */
export function expectedSum({ catalogue, firstPull, publisher }: KnownSums): ExpectedSum {
  if (catalogue !== undefined) return { sha256: catalogue, by: 'catalogue' };
  if (firstPull !== undefined) return { sha256: firstPull, by: 'first pull' };
  if (publisher !== undefined) return { sha256: publisher, by: 'publisher' };
  return { sha256: undefined, by: 'nothing' };
}

/** The fault for a file that is not what it must be. `record` is the file with the sums of the first pull. */
export function wrongSum(
  file: string,
  found: { readonly sha256: string; readonly expected: ExpectedSum; readonly record: string },
): RtError {
  const { sha256, expected, record } = found;
  const source = {
    catalogue: 'the catalogue says',
    publisher: 'its publisher says',
    'first pull': 'the first pull brought',
  };
  const says = expected.by === 'nothing' ? 'expected is' : source[expected.by];
  return new RtError('model_invalid', `${file} has sha256 ${sha256}, ${says} ${expected.sha256 ?? 'none'}`, {
    hint:
      expected.by === 'first pull'
        ? `The publisher has replaced it or somebody tampers with it. If you know the change to be right, delete ${record} and pull again.`
        : 'It was damaged or replaced on its way; nothing of it was kept. Pull again, without --base-url if there was one.',
  });
}
