/**
 * Holds a rewritten encoder against the one it was made of, on this machine, on speech and on noise.
 *
 * A float graph must say the same tokens. An 8-bit graph cannot: it scales activations over the whole batch, so
 * it differs from itself with the company of a stream, and the smallest rounding moves it as much. What it differs
 * from itself is therefore measured too, and is what the rewritten one may differ from it: in its frames, which
 * are many, exactly; in its tokens within what chance makes of so few.
 */
import type { StreamingEncoder } from '../../engine/asr/streaming/streaming-encoder.ts';
import { editDistance, type HeardFrames, hearWindows, relativeDifference, tokensOf } from './hear-windows.ts';

export interface Reference {
  /** Stops the comparison between two recordings. */
  readonly signal: AbortSignal;
  /** Windows of features of each recording. */
  readonly recordings: readonly (readonly Float32Array[])[];
  /** Of a CTC model; undefined where the frames are not classes. */
  readonly blankId: number | undefined;
  readonly heard: readonly HeardFrames[];
  /** What it hears of all recordings side by side; undefined for a float graph. */
  readonly heardInCompany: readonly HeardFrames[] | undefined;
}

/** Shares are of the tokens of the plain encoder, differences relative to the size of its frames. */
export interface Proof {
  readonly windows: number;
  /** Undefined for an encoder whose frames are not classes. */
  readonly tokens: number | undefined;
  readonly editedShare: number | undefined;
  readonly difference: number;
  /** The plain encoder alone and in company; undefined for a float graph. */
  readonly ownEditedShare: number | undefined;
  readonly ownDifference: number | undefined;
}

/** Frames of a float graph may differ by what another order of additions makes. */
const FLOAT_DIFFERENCE = 1e-4;
/** An 8-bit graph may always have this share of other tokens. */
const ALWAYS_EDITED_SHARE = 0.005;

/**
 * What the original makes of the recordings.
 * @throws RtError asr_failed, resource_exhausted, or the signal's reason
 */
export async function hearReference(
  plain: StreamingEncoder<object>,
  about: Pick<Reference, 'recordings' | 'blankId' | 'signal'> & { readonly quantised: boolean },
): Promise<Reference> {
  const { recordings, blankId, quantised, signal } = about;
  const heard = await hearAlone(plain, about);
  return {
    recordings,
    blankId,
    signal,
    heard,
    heardInCompany: quantised ? await hearWindows(plain, recordings) : undefined,
  };
}

/** @throws RtError asr_failed, resource_exhausted, or the signal's reason */
export async function compareWith(reference: Reference, delta: StreamingEncoder<object>): Promise<Proof> {
  const { recordings, blankId, heard: expected, heardInCompany: company } = reference;
  const heard = await hearAlone(delta, reference);
  const tokens = blankId === undefined ? undefined : countTokens(expected, blankId);
  const shareOf = (others: readonly HeardFrames[]): number | undefined =>
    blankId === undefined ? undefined : editsBetween(expected, others, blankId) / Math.max(1, tokens ?? 0);
  return {
    windows: recordings.reduce((sum, { length }) => sum + length, 0),
    tokens,
    editedShare: shareOf(heard),
    difference: relativeDifference(expected, heard),
    ownEditedShare: company && shareOf(company),
    ownDifference: company && relativeDifference(expected, company),
  };
}

/** What speaks against the rewritten encoder; undefined when it is the same. */
export function objectionTo(proof: Proof): string | undefined {
  const { editedShare, difference, ownDifference } = proof;
  if (!Number.isFinite(difference)) return 'it gives values that are not numbers';
  if (ownDifference === undefined) {
    if (editedShare !== undefined && editedShare > 0)
      return `${percent(editedShare)} of its tokens are others`;
    return difference > FLOAT_DIFFERENCE ? `its frames differ by ${difference.toExponential(1)}` : undefined;
  }
  if (difference > ownDifference) {
    return `its frames differ by ${percent(difference)}, of the file itself in company by ${percent(ownDifference)}`;
  }
  return hasTooManyEdits(proof)
    ? `${percent(editedShare ?? 0)} of its tokens are others, of the file itself in company ${percent(proof.ownEditedShare ?? 0)}`
    : undefined;
}

/** Tokens are few, so what chance makes of two counts is allowed: two standard deviations of their difference. */
function hasTooManyEdits({ tokens, editedShare, ownEditedShare }: Proof): boolean {
  if (tokens === undefined || editedShare === undefined || ownEditedShare === undefined) return false;
  const [edits, own] = [editedShare * tokens, ownEditedShare * tokens];
  return editedShare > ALWAYS_EDITED_SHARE && edits - own > 2 * Math.sqrt(edits + own);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

async function hearAlone(
  encoder: StreamingEncoder<object>,
  { recordings, signal }: Pick<Reference, 'recordings' | 'signal'>,
): Promise<readonly HeardFrames[]> {
  const heard: HeardFrames[] = [];
  for (const windows of recordings) {
    signal.throwIfAborted();
    heard.push(...(await hearWindows(encoder, [windows])));
  }
  return heard;
}

function countTokens(heard: readonly HeardFrames[], blankId: number): number {
  return heard.reduce((sum, frames) => sum + tokensOf(frames, blankId).length, 0);
}

function editsBetween(a: readonly HeardFrames[], b: readonly HeardFrames[], blankId: number): number {
  return a.reduce((sum, frames, i) => {
    const other = b[i] ?? { values: new Float32Array(0), width: frames.width };
    return sum + editDistance(tokensOf(frames, blankId), tokensOf(other, blankId));
  }, 0);
}
