/**
 * Greedy decoding of a batch of encoded frames with a transducer, RNNT or TDT.
 *
 * In each round the joint network scores the next frames of every stream that has frames left, as many
 * as are worth it; a stream reads its scores up to its first token, after which its predictor moves on.
 * So a stream costs one inference for each token and one more, and streams share them.
 * Nothing that was passed in changes: the caller adopts the outcomes or drops them.
 */
import type { EncodedFrames } from '../streaming/streaming-encoder.ts';
import { type Cursor, type SaidToken, scanScores, type TransducerRules } from './greedy-scan.ts';
import type { Joint, JointScores } from './joint.ts';

/** What a stream carries from chunk to chunk. */
export interface TransducerMemory<P> {
  readonly memory: P;
  /** Frames of the next chunk that the last token reaches over. */
  readonly skipFrames: number;
}

export interface GreedyStream<P> extends TransducerMemory<P> {
  /** Frames of its row that are not padding. */
  readonly frames: number;
}

export interface GreedyOutcome<P> extends TransducerMemory<P> {
  /** Their frames are counted from the start of the row. */
  readonly tokens: readonly SaidToken[];
}

export interface GreedyRules extends TransducerRules {
  /** Tokens after which the predictor starts afresh. */
  readonly resetIds: ReadonlySet<number>;
}

export interface GreedyBatch<P> {
  readonly encoded: EncodedFrames;
  /** Stream i has row i. */
  readonly streams: readonly GreedyStream<P>[];
}

/** Frames scored at once: more would mostly be scored again after the next token. */
const MAX_GROUP_FRAMES = 16;
/** Scores of one stream at once: large vocabularies get fewer frames. */
const MAX_GROUP_SCORES = 65_536;

interface Draft<P> {
  readonly row: number;
  readonly frames: number;
  readonly cursor: Cursor;
  readonly tokens: SaidToken[];
  memory: P;
  isNumeric: boolean;
}

/**
 * Decodes every stream to the end of its frames.
 * @returns per stream its outcome, or undefined when the model produced something that is not a number
 * @throws RtError asr_failed, resource_exhausted
 */
export async function decodeGreedy<P>(
  joint: Joint<P>,
  rules: GreedyRules,
  { encoded, streams }: GreedyBatch<P>,
): Promise<readonly (GreedyOutcome<P> | undefined)[]> {
  const drafts = streams.map((stream, row): Draft<P> => openDraft(stream, encoded, row));
  for (let active = drafts.filter(hasWork); active.length > 0; active = active.filter(hasWork)) {
    for (let i = 0; i < active.length; i += joint.maxBatch) {
      await advance({ joint, rules, encoded }, active.slice(i, i + joint.maxBatch));
    }
  }
  return drafts.map((draft) =>
    draft.isNumeric
      ? { memory: draft.memory, skipFrames: draft.cursor.frame - draft.frames, tokens: draft.tokens }
      : undefined,
  );
}

function openDraft<P>(stream: GreedyStream<P>, encoded: EncodedFrames, row: number): Draft<P> {
  return {
    row,
    frames: stream.frames,
    cursor: { frame: stream.skipFrames, symbols: 0 },
    tokens: [],
    memory: stream.memory,
    isNumeric: isNumeric(encoded, row, stream.frames),
  };
}

function hasWork<P>(draft: Draft<P>): boolean {
  return draft.isNumeric && draft.cursor.frame < draft.frames;
}

/** One inference for `drafts`, and the predictor's for those that say something. */
async function advance<P>(
  { joint, rules, encoded }: { joint: Joint<P>; rules: GreedyRules; encoded: EncodedFrames },
  drafts: readonly Draft<P>[],
): Promise<void> {
  const left = Math.max(...drafts.map((draft) => draft.frames - draft.cursor.frame));
  const frames = joint.fixedFrames ?? Math.min(left, groupFrames(joint.width));
  const items = drafts.map(({ memory, row, cursor }) => ({ memory, row, firstFrame: cursor.frame }));
  const scores = await joint.score({ encoded, items, frames });
  const spoke: { draft: Draft<P>; item: number; id: number }[] = [];
  for (const [item, draft] of drafts.entries()) {
    const firstFrame = draft.cursor.frame;
    const scored = {
      data: scores.data,
      offset: item * frames * joint.width,
      width: joint.width,
      firstFrame,
      frames: Math.min(frames, draft.frames - firstFrame),
    };
    const scan = scanScores(draft.cursor, scored, rules);
    if (scan === 'blank') continue;
    if (scan === 'not_a_number') {
      draft.isNumeric = false;
      continue;
    }
    draft.tokens.push(scan);
    if (rules.resetIds.has(scan.id)) draft.memory = joint.start;
    else spoke.push({ draft, item, id: scan.id });
  }
  await extendMemories(scores, spoke);
}

async function extendMemories<P>(
  scores: JointScores<P>,
  spoke: readonly { readonly draft: Draft<P>; readonly item: number; readonly id: number }[],
): Promise<void> {
  if (spoke.length === 0) return;
  const memories = await scores.extend(spoke);
  for (const [i, { draft }] of spoke.entries()) draft.memory = memories[i] as P;
}

function groupFrames(width: number): number {
  return Math.max(1, Math.min(MAX_GROUP_FRAMES, Math.floor(MAX_GROUP_SCORES / width)));
}

/** Checked before the joint network, whose rectifier may turn what is not a number into zero. */
function isNumeric({ data, frames, width, isFrameLast }: EncodedFrames, row: number, count: number): boolean {
  const base = row * frames * width;
  for (let i = 0; i < frames * width; i++) {
    const frame = isFrameLast ? i % frames : Math.floor(i / width);
    if (frame < count && !Number.isFinite(data[base + i])) return false;
  }
  return true;
}
